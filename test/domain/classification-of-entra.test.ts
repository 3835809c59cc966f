/** What Entra ID refuses comes out as the failure it stands for: by its number, its OAuth error, its words, its status, in this order. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { classifyEntraRefusal } from '../../src/domain/classification.ts';
import { entraRefusalIn, publishedOf } from './published-replies.ts';

suite('published Entra ID errors', () => {
  for (const { expect, reply: printed, source } of publishedOf('entra')) {
    test(`${expect}: ${printed.slice(0, 90)} (${source})`, () =>
      assert.equal(classifyEntraRefusal(entraRefusalIn(printed)), expect));
  }
});

suite('an Entra ID refusal', () => {
  test('is recognised by its number before anything else', () => {
    assert.equal(
      classifyEntraRefusal({ aadsts: [7000222], error: 'temporarily_unavailable', httpStatus: 503 }),
      'entra-client-secret-expired',
    );
  });

  test('is recognised by the first number that is known', () => {
    assert.equal(
      classifyEntraRefusal({ aadsts: [1, 700016], error: null, httpStatus: 400 }),
      'entra-app-not-found-in-tenant',
    );
  });

  test('with a number that is not known is recognised by its OAuth error', () => {
    assert.equal(classifyEntraRefusal({ aadsts: [1], error: 'invalid_scope', httpStatus: 400 }), 'entra-scope-invalid');
  });

  test('is recognised by a number that stands in its description alone', () => {
    const description = 'Fehler: AADSTS7000222: Die Schlüssel sind abgelaufen.';
    const refusal = { aadsts: [], error: 'invalid_client', description, httpStatus: 401 };
    assert.equal(classifyEntraRefusal(refusal), 'entra-client-secret-expired');
  });

  test('is recognised by its description where neither number nor OAuth error is known', () => {
    for (const [expected, description] of [
      ['entra-client-secret-invalid', 'Invalid client secret provided.'],
      ['entra-client-secret-expired', "The provided client secret keys for app '1' are expired."],
      ['entra-app-not-found-in-tenant', "Application with identifier '1' was not found in the directory '2'."],
      ['entra-tenant-not-found', "Tenant '1' not found. Check to make sure you have the correct tenant ID."],
      ['entra-resource-principal-not-found', 'The resource principal named x was not found in the tenant named y.'],
      ['entra-consent-missing', "The user or administrator has not consented to use the application with ID '1'."],
      ['entra-conditional-access-blocked', 'Access has been blocked by Conditional Access policies.'],
    ] as const) {
      const refusal = { aadsts: [99_999_999], error: 'a_new_error', description, httpStatus: 400 };
      assert.equal(classifyEntraRefusal(refusal), expected);
    }
  });

  test('is not judged by its description where the OAuth error is known', () => {
    const refusal = {
      aadsts: [1],
      error: 'invalid_scope',
      description: 'Invalid client secret provided.',
      httpStatus: 400,
    };
    assert.equal(classifyEntraRefusal(refusal), 'entra-scope-invalid');
  });

  test('without either is recognised by its HTTP status', () => {
    for (const httpStatus of [429, 500, 502, 503, 504]) {
      assert.equal(classifyEntraRefusal({ aadsts: [], error: null, httpStatus }), 'entra-transient-error');
    }
  });

  test('of another kind stays unknown', () => {
    assert.equal(classifyEntraRefusal({ aadsts: [123], error: 'invalid_client', httpStatus: 401 }), 'entra-refused');
  });
});
