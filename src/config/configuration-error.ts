/** The error for a configuration the relay does not start with: it holds all mistakes at once, and its message is ready to print. */

export interface ConfigurationMistake {
  /**
   * Where: a variable, or a variable and the file it names, `CLIENT_SECRET_FILE (/run/secrets/client-secret)`;
   * in the routing file a line, a column and the way there, `relay.yaml:14:7 tenants.contoso.app`.
   */
  readonly place: string;
  /** What is wrong there and what is expected; one or more sentences. */
  readonly message: string;
}

/** Notes a mistake; what has one has no value. */
export type Report = (place: string, message: string) => undefined;

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly mistakes: readonly ConfigurationMistake[];

  constructor(mistakes: readonly ConfigurationMistake[]) {
    const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
    const lines = mistakes.map(({ place, message }) => `  ${place}: ${message}`);
    super([`exo-relay cannot start: ${count} in the configuration.`, ...lines].join('\n'));
    this.mistakes = mistakes;
  }
}
