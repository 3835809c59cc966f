/** Blocks that stay until somebody lifts them: of a source address, a sending account, a domain. */

import type { CatalogueEntry } from '../entry.ts';
import { devicesSource, learn, ndrCodes, ndrSource, tenantBlocks, tenantBlocksSource } from './references.ts';
import { checkHost, connect } from './steps.ts';

const restrictedEntities = `${learn}/defender-office-365/outbound-spam-restore-restricted-users`;

export const blockFailures = {
  'tenant-relay-access-denied': {
    title: 'The message reached Microsoft as mail of no tenant',
    cause:
      'Exchange Online could not tell to which tenant the message belongs. That happens on the host for incoming mail and on connectors, not on the submission server to which the app has signed in.',
    status: 502,
    stage: 'rcpt-to',
    about: 'relay',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay submit to the server for client submission.',
      steps: [
        checkHost,
        'Do not use the MX host of your domain (…mail.protection.outlook.com): it takes incoming mail.',
        'If the message comes back from a later hop, have the administrators check the connectors of the tenant: their IP addresses, certificates and accepted domains.',
      ],
      powershell: [
        connect,
        'Get-InboundConnector | Format-List Name, Enabled, SenderIPAddresses, TlsSenderCertificateName',
      ],
      docs: [ndrCodes],
    },
    recognised: {
      replies: [
        { enhanced: '5.7.64' },
        { enhanced: '4.4.62' },
        { class: 'any', text: /TenantAttribution|sent to the wrong (?:Office|Microsoft) 365 region/ },
      ],
    },
    sources: [ndrSource, devicesSource],
  },
  'unregistered-domain-blocked': {
    title: 'The tenant may not send from this domain',
    cause:
      'Microsoft has blocked mail of this tenant that comes from domains which are not registered in it. The domain of {from} is not an accepted domain, or too much mail of other such domains went out.',
    status: 502,
    stage: 'data',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Add and verify the domain in the tenant, then ask Microsoft support to lift the block.',
      steps: [
        'Check that the domain of {from} is listed as an accepted domain: run Get-AcceptedDomain below.',
        'If it is not, add and verify it in the Microsoft 365 admin center under Settings > Domains, or send from an address of a domain that is.',
        'Find what else sends from unregistered domains, most often an inbound connector that relays for anybody, and correct it.',
        'Then open a support request in the Microsoft 365 admin center and ask to lift the block 550 5.7.750.',
      ],
      powershell: [
        connect,
        'Get-AcceptedDomain | Format-Table DomainName, DomainType',
        'Get-InboundConnector | Format-List Name, Enabled, SenderIPAddresses',
      ],
      docs: [tenantBlocks],
    },
    recognised: { replies: [{ enhanced: '5.7.750' }, { class: 5, text: /sending from unregistered domains?/ }] },
    sources: [tenantBlocksSource],
  },
  'spam-abuse-detected': {
    title: 'The sending account is banned for spam',
    cause:
      'Microsoft takes no mail of {mailbox} any more, because it judged what the account sent to be spam. The account may be abused, or what it sends looks like spam.',
    status: 502,
    stage: 'data',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Find and stop what was sent, then ask Microsoft support to lift the ban.',
      steps: [
        'Look in the message trace for what {mailbox} has sent, and stop whatever should not have been.',
        'If the account is abused: change its password, revoke its sessions, and replace the secret or certificate of app {client_id}.',
        'If the messages are wanted, see that people have asked for them, and that they are signed with DKIM.',
        'Open a support request in the Microsoft 365 admin center, and quote this reply in full.',
      ],
      powershell: [
        connect,
        'Get-MessageTraceV2 -SenderAddress {mailbox} -StartDate (Get-Date).AddDays(-2) -EndDate (Get-Date) | Format-Table Received, RecipientAddress, Status',
        'Get-BlockedSenderAddress -SenderAddress {mailbox}',
      ],
      docs: [ndrCodes, restrictedEntities],
    },
    recognised: {
      replies: [{ enhanced: /^5\.7\.50[123]$/ }, { class: 5, text: /spam abuse detected/ }],
    },
    sources: [ndrSource, 'https://github.com/dougperkes/Visual-Graph-Explorer/issues/1'],
  },
  'banned-sending-ip': {
    title: 'The IP address of the relay is banned',
    cause:
      'Microsoft takes no mail from the public IP address from which the relay connects, because of what was sent from there, perhaps by others.',
    status: 502,
    stage: 'rcpt-to',
    about: 'relay',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Have the IP address delisted, or let the relay go out by another one.',
      steps: [
        'Find the public IP address of the relay: the reply names it, or whoever runs the firewall knows it.',
        checkHost,
        'Find out whether another machine behind the same IP address sends spam, and stop it first.',
        'For 5.7.606 to 5.7.649, ask for removal at https://sender.office.com/.',
        'For 5.7.511, write to delist@microsoft.com and enclose this reply in full.',
        'Or give the relay another public IP address.',
      ],
      powershell: [],
      docs: [
        ndrCodes,
        `${learn}/defender-office-365/use-the-delist-portal-to-remove-yourself-from-the-office-365-blocked-senders-lis`,
      ],
    },
    recognised: {
      replies: [
        { enhanced: '5.7.511' },
        { enhanced: /^5\.7\.6(?:0[6-9]|[1-4]\d)$/ },
        { class: 5, text: /banned sending IP/ },
        { enhanced: '5.7.511', text: /access denied/ },
      ],
    },
    sources: [ndrSource, 'https://github.com/JamBrain/JamBrain/issues/271'],
  },
  'dmarc-rejected': {
    title: 'The domain of the sender fails authentication',
    cause:
      'The destination refuses the message because the domain of {from} does not pass SPF, DKIM or DMARC. The DNS records of the domain, or the DKIM signing of the tenant, are not as they must be.',
    status: 502,
    stage: 'data',
    about: 'sender',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Publish SPF for the domain of {from}, and sign its mail with DKIM.',
      steps: [
        'Check that the SPF record of the domain contains include:spf.protection.outlook.com.',
        'Enable DKIM for the domain: Microsoft Defender portal > Email & collaboration > Policies & rules > Threat policies > Email authentication settings > DKIM, and publish the two CNAME records shown there.',
        'Check that the domain is an accepted domain of the tenant that hosts {mailbox}: DKIM signs for those alone.',
        'Wait until the DNS records are known everywhere, then send a message to yourself at another provider and read its header Authentication-Results.',
      ],
      powershell: [connect, 'Get-DkimSigningConfig | Format-Table Domain, Enabled, Status'],
      docs: [`${learn}/defender-office-365/email-authentication-about`, ndrCodes],
    },
    recognised: {
      replies: [
        { enhanced: /^5\.7\.(?:509|515|23)$/ },
        {
          class: 5,
          text: /(?:does not|doesn't) pass DMARC|DMARC (?:verification|validation) fail|required authentication level|sender policy framework violation/,
        },
      ],
    },
    sources: [ndrSource, 'sisimai/set-of-emails', 'https://github.com/sisimai/go-sisimai/issues/150'],
  },
} as const satisfies Record<string, CatalogueEntry>;
