/** Pages and documents that more than one file on Exchange Online cites; what a single file cites stands in that file. */

export const learn = 'https://learn.microsoft.com/en-us';
export const smtpByOAuth = `${learn}/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth`;
export const rbacForSmtp = `${learn}/exchange/client-developer/legacy-protocols/smtp-app-rbac-onboarding`;
export const clientSubmission = `${learn}/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission`;
export const submissionLimits = `${learn}/troubleshoot/exchange/send-emails/smtp-submission-improvements`;
export const continuousErrors = `${learn}/Exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions`;
export const ndrCodes = `${learn}/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online`;
export const limits = `${learn}/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits`;
export const tenantBlocks = `${learn}/troubleshoot/exchange/email-delivery/ndr/fix-error-codes-550-5-7-703-550-5-7-705-550-5-7-708-550-5-7-750`;
export const rfc5321 = 'https://www.rfc-editor.org/rfc/rfc5321';

export const businessCentralSource = 'dynamics365smb-docs business-central/admin-multi-tenant-smtp.md';
export const smtpByOAuthSource =
  'MicrosoftDocs/office-developer-exchange-docs: docs/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth.md';
export const rbacForSmtpSource =
  'MicrosoftDocs/office-developer-exchange-docs: docs/legacy-protocols/smtp-app-rbac-onboarding.md';
export const devicesSource =
  'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/email-delivery/fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off.md';
export const submissionLimitsSource =
  'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/send-emails/smtp-submission-improvements.md';
export const ndrSource =
  'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/email-delivery/ndr/non-delivery-reports-in-exchange-online.md';
export const tenantBlocksSource =
  'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/email-delivery/ndr/fix-error-codes-550-5-7-703-550-5-7-705-550-5-7-708-550-5-7-750.md';
export const serverNdrSource =
  'MicrosoftDocs/OfficeDocs-Exchange: Exchange/ExchangeServer/mail-flow/non-delivery-reports-and-bounce-messages/non-delivery-reports-and-bounce-messages.md';
export const setMailboxSource =
  'MicrosoftDocs/office-docs-powershell: exchange/exchange-ps/ExchangePowerShell/Set-Mailbox.md';
export const setTransportConfigSource =
  'MicrosoftDocs/office-docs-powershell: exchange/exchange-ps/ExchangePowerShell/Set-TransportConfig.md';
