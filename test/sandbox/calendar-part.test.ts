import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calendarEvent } from '../../src/sandbox/calendar-part.ts';

describe('A calendar part', () => {
  it('is told as its first event, unfolded and unescaped', () => {
    const text = [
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'DTSTART:19700101T000000',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'SUMMARY;LANGUAGE=de:Abnahme\\, Hal',
      ' le 2',
      'DTSTART;TZID=Europe/Berlin:20261103T090000',
      'DTEND:20261103T100000Z',
      'ATTENDEE;CN="Müller: Jürgen":mailto:a@fabrikam.example',
      'ATTENDEE:mailto:b@fabrikam.example',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n');
    assert.deepEqual(calendarEvent(text), {
      method: 'REQUEST',
      facts: [
        ['Summary', 'Abnahme, Halle 2'],
        ['Start', '2026-11-03 09:00 Europe/Berlin'],
        ['End', '2026-11-03 10:00 UTC'],
        ['Attendee', 'mailto:a@fabrikam.example, mailto:b@fabrikam.example'],
      ],
    });
  });

  it('says nothing when it is none', () => {
    assert.deepEqual(calendarEvent('<script>'), { method: null, facts: [] });
  });
});
