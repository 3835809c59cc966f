/** The PowerShell of the catalogue uses cmdlets and parameters that exist, the right ids, and placeholders only as whole arguments. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogue, failureCodes } from '../../../src/domain/catalogue/catalogue.ts';

/**
 * Every cmdlet that a remedy may use, with its parameters (MicrosoftDocs/office-docs-powershell, Microsoft Graph PowerShell).
 * A new one is added here once its page was read.
 */
const cmdlets: Readonly<Record<string, readonly string[]>> = {
  'Connect-ExchangeOnline': [],
  'Connect-MgGraph': ['Scopes'],
  'Add-DistributionGroupMember': ['Identity', 'Member'],
  'Add-MailboxPermission': ['Identity', 'User', 'AccessRights', 'AutoMapping'],
  'Add-RecipientPermission': ['Identity', 'AccessRights', 'Trustee', 'Confirm'],
  'Format-List': [],
  'Format-Table': [],
  'Get-AcceptedDomain': [],
  'Get-BlockedSenderAddress': ['SenderAddress'],
  'Get-CASMailbox': ['Identity'],
  'Get-Date': [],
  'Get-DistributionGroup': [],
  'Get-DkimSigningConfig': [],
  'Get-HostedOutboundSpamFilterPolicy': [],
  'Get-InboundConnector': [],
  'Get-Mailbox': ['Identity'],
  'Get-MailboxPermission': ['Identity'],
  'Get-MailboxStatistics': ['Identity'],
  'Get-MessageTraceV2': ['MessageId', 'SenderAddress', 'StartDate', 'EndDate'],
  'Get-MgApplicationByAppId': ['AppId'],
  'Get-MgServicePrincipalByAppId': ['AppId'],
  'Get-RecipientPermission': ['Identity'],
  'Get-ServicePrincipal': [],
  'Get-TenantAllowBlockListItems': ['ListType', 'Block'],
  'Get-TransportConfig': [],
  'Get-User': ['Identity'],
  'New-DistributionGroup': ['Name', 'Type', 'Members'],
  'New-ManagementRoleAssignment': ['Name', 'Role', 'App', 'CustomResourceScope'],
  'New-ManagementScope': ['Name', 'RecipientRestrictionFilter'],
  'New-MgServicePrincipal': ['AppId'],
  'New-ServicePrincipal': ['AppId', 'ObjectId', 'DisplayName'],
  'Remove-BlockedSenderAddress': ['SenderAddress'],
  'Remove-ServicePrincipal': ['Identity'],
  'Resolve-DnsName': ['Name'],
  'Set-CASMailbox': ['Identity', 'SmtpClientAuthenticationDisabled'],
  'Set-Mailbox': ['Identity', 'RecipientLimits', 'MaxSendSize', 'MessageCopyForSMTPClientSubmissionEnabled'],
  'Test-NetConnection': ['ComputerName', 'Port'],
  'Test-ServicePrincipalAuthorization': ['Identity', 'Resource'],
  'Update-MgServicePrincipal': ['ServicePrincipalId', 'AccountEnabled'],
  'Where-Object': ['eq', 'contains'],
};

interface Line {
  readonly code: string;
  readonly line: string;
  /** The command in it, also when it is a comment; empty when the comment is words alone. */
  readonly command: string;
}

const lines: readonly Line[] = failureCodes.flatMap((code) =>
  catalogue[code].remedy.powershell.map((line) => ({ code, line, command: commandIn(line) })),
);

/** Comments are `# words`, `# words: command` or `# command`; a line may end in a comment, too. */
function commandIn(line: string): string {
  const told = /^# (?:[^'"]*?: )?(?=(?:[A-Z][a-z]+-\w+))/.exec(line);
  if (line.startsWith('#') && !told) return '';
  return line.slice(told?.[0].length ?? 0).replace(/ # .*$/, '');
}

/** Outside of literals. */
function withoutLiterals(command: string): string {
  return command.replace(/"[^"]*"/g, '""').replace(/'[^']*'/g, "''");
}

suite('the PowerShell of the catalogue', () => {
  test('uses cmdlets that are known, with parameters that they have', () => {
    for (const { code, line, command } of lines) {
      const used = command.match(/(?<![\w-])[A-Z][a-z]+-[A-Z]\w+/g) ?? [];
      for (const cmdlet of used) assert.ok(cmdlets[cmdlet], `${code}: ${cmdlet} in ${line}`);
      const known = used.flatMap((cmdlet) => cmdlets[cmdlet] ?? []);
      for (const [, parameter = ''] of withoutLiterals(command).matchAll(/(?<=[\s(])-([A-Za-z]+)/g)) {
        assert.ok(known.includes(parameter), `${code}: -${parameter} in ${line}`);
      }
    }
  });

  test('is looked at in comments, too', () => {
    assert.equal(
      commandIn('# Only if it is off: Set-CASMailbox -Identity {mailbox}'),
      'Set-CASMailbox -Identity {mailbox}',
    );
    assert.equal(commandIn("# New-ManagementScope -Name 'x'"), "New-ManagementScope -Name 'x'");
    assert.equal(commandIn('# Instead of the permission:'), '');
    assert.ok(lines.filter(({ line, command }) => line.startsWith('#') && command !== '').length > 10);
  });

  test('has a value only as the whole argument of a parameter or a comparison', () => {
    for (const { code, line, command } of lines) {
      for (const { index } of command.matchAll(/\{[a-z_]+\}/g)) {
        assert.match(command.slice(0, index), / -[A-Za-z]+ $/, `${code}: ${line}`);
        assert.match(command.slice(index), /^\{[a-z_]+\}(?:$|[ )])/, `${code}: ${line}`);
      }
    }
  });

  test('names the app by its client id and the service principal by the object id of the enterprise application', () => {
    const idOf: Readonly<Record<string, RegExp>> = {
      AppId: /^(?:\{client_id\}|'00000002-0000-0ff1-ce00-000000000000')$/,
      App: /^\{client_id\}$/,
      ObjectId: /^\{object_id\}$/,
      User: /^\{object_id\}$/,
      Trustee: /^\{object_id\}$/,
    };
    for (const { code, line, command } of lines) {
      assert.doesNotMatch(line, /ServiceId|AzureAD|Msol/, `${code}: deprecated`);
      for (const [, parameter = '', argument = ''] of command.matchAll(
        / -(AppId|App|ObjectId|User|Trustee) ([^\s)]+)/g,
      )) {
        // The mailbox itself is granted SendAs only where the app's own right was not enough.
        if (line.startsWith('# Only if it is refused still: ')) continue;
        assert.match(argument, idOf[parameter] ?? /$^/, `${code}: ${line}`);
      }
    }
  });

  test('switches SMTP AUTH on only where it may be off, and never for the whole tenant', () => {
    const ofSmtpAuth = /^smtp-(?:auth-|client-not-authenticated|security-defaults)/;
    for (const { code, line } of lines) {
      assert.doesNotMatch(line, /Set-TransportConfig|-BlockLegacyAuth|Set-AuthenticationPolicy/, code);
      if (line.includes('Set-CASMailbox')) assert.match(code, ofSmtpAuth);
    }
  });

  test('grants mailbox permissions only where RBAC for Applications is told as the other way', () => {
    for (const code of failureCodes) {
      const { steps, powershell } = catalogue[code].remedy;
      const grants = powershell.some((line) => /^Add-(?:Mailbox|Recipient)Permission/.test(line));
      if (!grants) continue;
      const told = [...steps, ...powershell].join('\n');
      assert.match(told, /RBAC for Applications/, code);
      assert.match(told, /Test-ServicePrincipalAuthorization/, code);
      assert.match(told, /Use one of the two ways only/, code);
    }
  });

  test('never asks for SMTP.SendAsApp without saying who must not have it', () => {
    for (const code of failureCodes) {
      const told = [catalogue[code].remedy.summary, ...catalogue[code].remedy.steps].join('\n');
      if (!/SMTP\.SendAsApp/.test(told)) continue;
      assert.match(
        told,
        /(?:remove|leave) SMTP\.SendAsApp|leave SMTP\.SendAsApp out|Use one of the two ways only/,
        code,
      );
    }
  });
});
