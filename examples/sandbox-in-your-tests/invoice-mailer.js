/** A piece of an application of yours: it sends an invoice through the relay, and decides what becomes of it. */

/**
 * @returns {Promise<'submitted' | 'on-its-way' | 'ask-for-address' | 'try-later' | 'ask-a-person'>}
 */
export async function sendInvoice({ relayUrl, apiKey, from }, { number, to }) {
  const response = await fetch(new URL('/send', relayUrl), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      // Asked again, whatever happened to the first answer, the relay sends it once.
      'idempotency-key': `invoice-${number}`,
    },
    body: JSON.stringify({ from, to, subject: `Invoice ${number}`, text: 'Thank you for your order.' }),
  });
  if (response.status === 200) return 'submitted';
  // The relay holds it on its disk, and tries until Exchange takes it.
  if (response.status === 202) return 'on-its-way';
  const problem = await response.json();
  switch (problem.code) {
    case 'recipient-not-found':
      return 'ask-for-address';
    // It may have arrived: sending it again could charge a customer twice.
    case 'submission-in-doubt':
      return 'ask-a-person';
    default:
      return problem.retryable ? 'try-later' : 'ask-a-person';
  }
}
