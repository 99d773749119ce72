// Reads the durations that the app writes ("420 ms", "12.4 s", "1 m 22 s", "1 h 05 m", "1:01.2") back into milliseconds, with the span
// of true values that such a text may stand for. Written apart from the app's own formatting on purpose.

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @returns {{low: number, high: number} | undefined} the true values in milliseconds that the text may stand for */
export function read(text) {
  const signed = text.replace(/[\u00a0\u202f]/g, ' ').replace(/^(about|~|≈)\s*/, '').trim();
  const plain = signed.replace(/^[-−]/, '');
  if (plain !== signed) {
    const amount = read(plain);
    return amount && { low: -amount.high, high: -amount.low };
  }
  if (/^<\s*1 ms$/.test(plain)) return { low: 0, high: 1 };
  const clock = plain.match(/^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/);
  if (clock) {
    const value = ((Number(clock[1] ?? 0) * 60 + Number(clock[2])) * 60 + Number(clock[3])) * 1_000;
    return around(value, lastPlace(clock[3]) * 1_000);
  }
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?) ?(ms|s|m|h|d)\b/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join(' ') !== plain) return undefined;
  const value = parts.reduce((sum, [, figure, unit]) => sum + Number(figure) * UNIT_MS[unit], 0);
  const [, figure, unit] = parts.at(-1);
  return around(value, lastPlace(figure) * UNIT_MS[unit]);
}

/** Whether the text is a fair way to write a duration. */
export function fits(text, ms) {
  const range = read(text);
  return range !== undefined && ms >= range.low && ms <= range.high;
}

const lastPlace = (figure) => 10 ** -(figure.split('.')[1]?.length ?? 0);
// One unit of the last place: whether a text rounds or cuts off is not what the journeys are about.
const around = (value, unit) => ({ low: value - unit, high: value + unit });

/** Milliseconds, with the microseconds that Date.parse drops. */
export function instant(text) {
  const fraction = text.match(/\.(\d+)/)?.[1] ?? '';
  return Date.parse(text.replace(/\.\d+/, '')) + Number(`0.${fraction || 0}`) * 1_000;
}
