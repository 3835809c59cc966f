/** What Exchange Online was recorded to say where rights are missing and limits reached; `{session}` and `{hostname}` are filled in by the connection. */

/** https://github.com/jstedfast/MailKit/issues/1733 */
export const UNSUCCESSFUL = '535 5.7.3 Authentication unsuccessful {session}';

/** https://github.com/nodemailer/nodemailer/issues/1484 */
export const SMTP_AUTH_OFF_FOR_TENANT =
  '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. ' +
  'Visit https://aka.ms/smtp_auth_disabled for more information. {session}';

/** A public trace of Python's smtplib. */
export const SMTP_AUTH_OFF_FOR_MAILBOX = '535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox {session}';

/** A public trace of Python's smtplib. */
export const SECURITY_DEFAULTS =
  "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. " +
  'Contact your administrator. {session}';

/** https://github.com/simonrob/email-oauth2-proxy/issues/271 */
export const MAILBOX_LOGON_FAILURE =
  '430 4.2.0 STOREDRV; mailbox logon failure; STOREDRV.Submission.Exception:ConnectionFailedTransientException.' +
  'MapiExceptionLogonFailed; Failed to process message due to a transient exception with message ' +
  '[BeginDiagnosticData]Cannot open mailbox. {hostname}';

/** https://github.com/timeoff-management/timeoff-management-application/issues/308 */
export const TOO_MANY_CONNECTIONS = '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded {hostname}';

/** Of a recorded refusal with which Exchange slows a sender down; sisimai/p5-sisimai: lib/Sisimai/Rhost/Microsoft.pm */
export const SERVER_BUSY = '451 4.7.500 Server busy. Please try again later from [{address}]. (AS761) {session}';

/** MicrosoftDocs/SupportArticles-docs: smtp-submission-improvements.md */
export const RECIPIENT_QUOTA = '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException {hostname}';

/** MicrosoftDocs/OfficeDocs-Exchange: non-delivery-reports-and-bounce-messages.md */
export const TOO_LARGE = '552 5.3.4 Message size exceeds fixed maximum message size {session}';

/** https://github.com/pankleks/pm2-health/issues/52 */
export const TOO_LARGE_FOR_MAILBOX =
  '554 5.2.0 MapiExceptionMaxSubmissionExceeded; Message size exceeds maximum size limit.; STOREDRV.Submission.' +
  'Exception:MessageSubmissionExceededException.MapiExceptionMaxSubmissionExceeded; Failed to process message due ' +
  'to a permanent exception with message [BeginDiagnosticData]Cannot save changes made to an item to store. {hostname}';
