/** Microsoft's clouds: where each issues tokens, takes messages, and what a token for sending is called there. */

export interface Cloud {
  readonly authorityHost: string;
  readonly smtpHost: string;
  readonly smtpPort: number;
  readonly scope: string;
}

const SUBMISSION_PORT = 587;

/**
 * By the names of https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud, made short.
 * Only the first is documented for SMTP AUTH by Microsoft; the others are what mail programs in these clouds use, and
 * each value can be overridden.
 */
export const clouds = {
  worldwide: {
    authorityHost: 'https://login.microsoftonline.com',
    smtpHost: 'smtp.office365.com',
    smtpPort: SUBMISSION_PORT,
    scope: 'https://outlook.office365.com/.default',
  },
  'gcc-high': {
    authorityHost: 'https://login.microsoftonline.us',
    smtpHost: 'smtp.office365.us',
    smtpPort: SUBMISSION_PORT,
    scope: 'https://outlook.office365.us/.default',
  },
  dod: {
    authorityHost: 'https://login.microsoftonline.us',
    smtpHost: 'outlook-dod.office365.us',
    smtpPort: SUBMISSION_PORT,
    scope: 'https://outlook.office365.us/.default',
  },
  '21vianet': {
    authorityHost: 'https://login.chinacloudapi.cn',
    smtpHost: 'smtp.partner.outlook.cn',
    smtpPort: SUBMISSION_PORT,
    scope: 'https://partner.outlook.cn/.default',
  },
} as const satisfies Record<string, Cloud>;

export const cloudNames: readonly string[] = Object.keys(clouds);
/** The one that holds nearly all tenants. */
export const DEFAULT_CLOUD = 'worldwide' satisfies keyof typeof clouds;

/** A tenant's cloud, where single values of it are overridden. */
export interface CloudOverrides {
  readonly authorityHost: string | undefined;
  readonly smtpHost: string | undefined;
  readonly smtpPort: number | undefined;
  readonly scope: string | undefined;
}

/** The cloud with what was overridden in place. */
export function cloudWith(cloud: Cloud, overrides: CloudOverrides): Cloud {
  return {
    authorityHost: overrides.authorityHost ?? cloud.authorityHost,
    smtpHost: overrides.smtpHost ?? cloud.smtpHost,
    smtpPort: overrides.smtpPort ?? cloud.smtpPort,
    scope: overrides.scope ?? cloud.scope,
  };
}
