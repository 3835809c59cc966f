/** Places in a line and routes, as tests need them. */

import type { Route, Tenant } from '../../src/domain/routing.ts';
import type { Place } from '../../src/relay/place.ts';

/** The present of tests that need none of their own. */
export const NOW = Date.UTC(2026, 4, 1, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const windows = { minute: MINUTE, day: DAY };

let order = 0;

/** A place in the line of billing@contoso.example, due now. */
export function placeWith(fields: Partial<Place> = {}): Place {
  order += 1;
  return {
    id: `s${order}`,
    client: 'erp',
    tenant: 'contoso',
    mailbox: 'billing@contoso.example',
    from: 'billing@contoso.example',
    priority: 'normal',
    acceptedAt: NOW,
    expiresAt: NOW + DAY,
    recipients: 1,
    external: 1,
    retry: true,
    order,
    dueAt: NOW,
    status: 'queued',
    stand: 'line',
    fresh: null,
    ...fields,
  };
}

export function tenantWith(fields: Partial<Tenant> = {}): Tenant {
  return {
    name: 'contoso',
    tenantId: 'contoso.example',
    clientId: '11111111-1111-1111-1111-111111111111',
    authorityHost: 'https://login.example',
    scope: 'https://outlook.example/.default',
    smtpHost: 'smtp.example',
    smtpPort: 587,
    externalRecipientsPerDay: null,
    domains: ['contoso.example'],
    ...fields,
  };
}

export function routeWith(fields: Partial<Route> = {}): Route {
  return {
    mailbox: 'billing@contoso.example',
    tenant: tenantWith(),
    sendAs: ['*@contoso.example'],
    maxRecipients: 500,
    maxMessageBytes: 1024 * 1024,
    maxConnections: 3,
    messagesPerMinute: 30,
    recipientsPerDay: 10_000,
    ...fields,
  };
}
