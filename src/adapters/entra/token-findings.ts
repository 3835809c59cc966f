/** What about a token may make Exchange Online refuse it, in sentences; a finding is never a reason not to try. */

import type { Tenant } from '../../domain/routing.ts';
import type { TokenClaims } from '../../ports.ts';

/** The application permission for SMTP. */
const SMTP_ROLE = 'SMTP.SendAsApp';
/** `Office 365 Exchange Online` in every tenant and cloud; a token may name it by its id. */
const EXCHANGE_ONLINE = '00000002-0000-0ff1-ce00-000000000000';
/** Two names of one service in the worldwide cloud. */
const WORLDWIDE = ['https://outlook.office365.com', 'https://outlook.office.com'];
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One sentence for each claim that differs from what was asked for. */
export function findingsOn(claims: TokenClaims, { scope, clientId, tenantId }: Tenant): string[] {
  const findings: string[] = [];
  const resource = bare(scope.replace(/\/\.default$/, ''));
  const audiences = [resource, EXCHANGE_ONLINE, ...(WORLDWIDE.includes(resource) ? WORLDWIDE : [])];
  if (!audiences.includes(bare(claims.audience ?? '')))
    findings.push(`The token is for ${claims.audience ?? 'nobody'}, not for ${resource}.`);
  if (claims.appId?.toLowerCase() !== clientId.toLowerCase())
    findings.push(`The token is that of app ${claims.appId ?? 'nobody'}, not of ${clientId}.`);
  // A domain names a tenant as well, and then the token alone knows the id.
  if (GUID.test(tenantId) && claims.tenantId?.toLowerCase() !== tenantId.toLowerCase())
    findings.push(`The token is of tenant ${claims.tenantId ?? 'nobody'}, not of ${tenantId}.`);
  if (!claims.roles.includes(SMTP_ROLE))
    findings.push(
      `The token carries ${claims.roles.length > 0 ? claims.roles.join(', ') : 'no role'} and not ${SMTP_ROLE}: ` +
        'by design where RBAC for Applications grants the mailboxes; elsewhere the permission or its admin consent is missing.',
    );
  return findings;
}

/** As it is compared: case and a slash at the end do not count. */
function bare(resource: string): string {
  return resource.toLowerCase().replace(/\/+$/, '');
}
