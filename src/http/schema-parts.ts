/** What the schemas of answers are made of, so that null, counts and times look the same everywhere. */

import { type TSchema, Type } from 'typebox';

export const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** An answer has the members that its schema names, and no others. */
export const exactly = { additionalProperties: false };

export const count = Type.Integer({ minimum: 0 });

export function time(description: string) {
  return Type.String({ format: 'date-time', description });
}

/** `{data: […]}` of what has a name among the schemas. */
export function listOf(name: string, $id: string, more: Record<string, TSchema> = {}) {
  return Type.Object({ data: Type.Array(Type.Ref(name)), ...more }, { $id, ...exactly });
}
