/** Pages that more than one table of replies rests on. */

export const ndrPage = 'MicrosoftDocs/SupportArticles-docs: non-delivery-reports-in-exchange-online.md';
export const serverNdrPage = 'MicrosoftDocs/OfficeDocs-Exchange: non-delivery-reports-and-bounce-messages.md';
export const submissionPage = 'MicrosoftDocs/SupportArticles-docs: smtp-submission-improvements.md';
export const tenantBlocksPage =
  'MicrosoftDocs/SupportArticles-docs: fix-error-codes-550-5-7-703-550-5-7-705-550-5-7-708-550-5-7-750.md';
export const devicesPage =
  'MicrosoftDocs/SupportArticles-docs: fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off.md';
export const businessCentral = 'dynamics365smb-docs: business-central/admin-multi-tenant-smtp.md';
export const continuousErrors =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions';
export const sisimaiBounces = 'sisimai/set-of-emails';
export const sisimaiMicrosoft = 'sisimai/p5-sisimai: lib/Sisimai/Rhost/Microsoft.pm';
export const socketError =
  'https://learn.microsoft.com/exchange/troubleshoot/email-delivery/send-receive-emails-socketerror';
export const pythonTrace = 'a public trace of Python smtplib';
