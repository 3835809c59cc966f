/** What has been used to get a second message, recipient or header field past a mail server, by what it is. */

const commands = 'MAIL FROM:<eve@evil.example>\r\nRCPT TO:<eve@evil.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx';

/** For fields that are one line. */
export const linePayloads: Readonly<Record<string, string>> = {
  'a header field': '\r\nBcc: eve@evil.example',
  'the end of the header': '\r\n\r\nowned',
  'commands after a final dot': `\r\n.\r\n${commands}\r\n.\r\n`,
  'a folded header field': '\r\n Bcc: eve@evil.example',
  'a line feed': '\nBcc: eve@evil.example',
  'a carriage return': '\rBcc: eve@evil.example',
  NUL: '\0',
  'a line separator': '\u2028Bcc: eve@evil.example',
  'a next line': '\u0085Bcc: eve@evil.example',
};

/** For contents of many lines: ways to write a final dot that some server has taken for one. */
export const contentPayloads: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['\r\n.\r\n', '\n.\n', '\r.\r', '\n.\r\n', '\r\n.\n', '\r\n.\r', '\r.\n', '\n.\r', '\r\n\0.\r\n', '\r\n..\r\n'].map(
      (dot) => [`commands after ${JSON.stringify(dot)}`, `a${dot}${commands}${dot}b`],
    ),
  ),
  'a dot alone': '.',
  'dots that begin a folded line': `${'a'.repeat(75)}.\r\n${'b'.repeat(76)}..${'c'.repeat(80)}`,
  'a command that ends the session': '\r\n.\r\nQUIT\r\n',
  'a chunk': `\r\n.\r\nBDAT 5 LAST\r\nabcde`,
  NUL: 'a\0b',
  'line and paragraph separators': 'a\u2028.\u2029.\u0085.\u0085b',
  'a boundary': '--=_mixed_0\r\nContent-Type: text/html\r\n\r\n<b>\r\n--=_mixed_0--\r\n.\r\n',
  'a line of many octets': 'x'.repeat(100_000),
};
