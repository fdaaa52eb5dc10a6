/** What a code says: the check digit of an identity number, whether a tube's code was issued, who a person is. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]; // 2^(17-i) mod 11: ISO 7064 MOD 11-2
const CHECKS = "10X98765432";
const NUMBER = /^\d{17}[\dX]$/;
const PSEUDONYM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CODE = /^[0-9A-Za-z][0-9A-Za-z-]{3,39}$/;

/** "length", "check" or "" for an identity number (GB 11643). */
export function fault(number) {
  if (!NUMBER.test(number)) return "length";
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  return CHECKS[sum % 11] === number[17] ? "" : "check";
}
/** Whether a tube's code lies in a range of the manifest. */
export const issued = (code, ranges) => ranges.some(({ first, last }) => code.length === first.length && first <= code && code <= last);
/** What was scanned: {kind: "enrol" | "person" | "identity" | "code" | "unclear", value}. */
export function read(text, ranges = []) {
  const value = text.trim();
  const enrolment = /#enrol=([\w-]+)/.exec(value);
  if (enrolment) return { kind: "enrol", value: enrolment[1] };
  if (PSEUDONYM.test(value.toLowerCase())) return { kind: "person", value: value.toLowerCase() };
  if (NUMBER.test(value.toUpperCase()) && !issued(value, ranges)) return { kind: "identity", value: value.toUpperCase() };
  return { kind: CODE.test(value) ? "code" : "unclear", value };
}
/** A person's key on this phone. */
export const keyOf = (who) => who.person ?? who.identity.number;
/** As much of a person as the screen may show. */
export const shown = (who) => who.name || (who.identity ? `**** ${who.identity.number.slice(-4)}` : `№ ${who.person.slice(-6)}`);
