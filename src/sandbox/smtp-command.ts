/** Reads SMTP commands: verbs, paths and ESMTP parameters (RFC 5321 §4.1.2). */

export interface SmtpCommand {
  /** In upper case; `MAIL` and `RCPT` without their FROM and TO. */
  readonly verb: string;
  /** What stands behind the verb. */
  readonly argument: string;
}

export interface PathArgument {
  /** The address without brackets; empty for the null reverse-path `<>`. */
  readonly address: string;
  /** By upper-case keyword. */
  readonly parameters: ReadonlyMap<string, string>;
}

export function parseCommand(line: string): SmtpCommand {
  const [, verb = '', argument = ''] = /^(\S*)\s*(.*)$/s.exec(line) ?? [];
  return { verb: verb.toUpperCase(), argument: argument.trimEnd() };
}

/**
 * Reads `FROM:<path> parameters` or `TO:<path> parameters`.
 *
 * @returns `syntax` when that is not the form, as when the brackets are missing; `address` when only the address is wrong
 */
export function parsePath(argument: string, keyword: 'FROM' | 'TO'): PathArgument | 'syntax' | 'address' {
  const form = /^(\w+):\s*<((?:"(?:[^"\\]|\\.)*"|[^">])*)>(.*)$/s.exec(argument);
  if (form?.[1]?.toUpperCase() !== keyword) return 'syntax';
  // A source route is accepted and ignored (RFC 5321 §4.1.2).
  const address = (form[2] ?? '').replace(/^@[^:]*:/, '');
  const nullPath = keyword === 'FROM' && address === '';
  if (!nullPath && !/^(?:"(?:[^"\\]|\\.)+"|[^\s"<>@\p{Cc}]+)@[^\s"<>@\p{Cc}]+$/u.test(address)) return 'address';
  return { address, parameters: parametersIn(form[3] ?? '') };
}

function parametersIn(text: string): Map<string, string> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return new Map(
    words.map((word) => {
      const [keyword = '', ...value] = word.split('=');
      return [keyword.toUpperCase(), value.join('=')];
    }),
  );
}

/** A domain or an address literal, as EHLO asks for; Exchange refuses names with an underscore. */
export function isEhloDomain(text: string): boolean {
  return /^\[[0-9a-z.:]+\]$/i.test(text) || /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?$/i.test(text);
}
