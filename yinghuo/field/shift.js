/** What a person at a site does: open a tube, add people, take back, move, void, seal, pack, hand over. Each is one record. */
import { keyOf } from "./identity.js";
import { markOf, get } from "./store.js";
import { keep, now, record, time } from "./session.js";
export const LARGEST_BOX = 500;
const HOUR_MS = 3600_000;
const site = () => now.manifest.site.id;

/** Puts a tube on the table; one that is known goes on with the people it has. */
export const openTube = (code) =>
  record(async (_fact, put) => {
    const known = (await get("tubes", code)) ?? { code, people: [], at: await time() };
    put("tubes", code, { ...known, state: "open" });
    put("kept", "open", code);
  });
/** Lays the open tube aside; if nobody is in it, it was never there. */
export const closeTube = () =>
  record(async (_fact, put) => {
    const tube = await get("tubes", await get("kept", "open"));
    if (tube && !tube.people.length) put("tubes", tube.code, undefined);
    put("kept", "open", undefined);
  });
/** Swabs into the open tube, one fact each. Returns the tube, or undefined when none is open. */
export const addPeople = (people) =>
  record(async (fact, put) => {
    const code = await get("kept", "open");
    const tube = code && (await get("tubes", code));
    if (!tube) return undefined;
    const added = [];
    for (const { name = "", person, identity, doubt } of people) {
      const who = { person, identity, doubt };
      const swab = fact("swabs", { tube: code, site: site(), ...who });
      added.push({ swab: swab.id, scanned_into: code, at: Date.parse(swab.at), name, ...who });
      put("seen", await markOf(keyOf(who)), { at: Date.parse(swab.at), tube: code, swab: swab.id });
    }
    const filled = { ...tube, people: [...tube.people, ...added] };
    put("tubes", code, filled);
    return filled;
  });
/** When and where this person was swabbed on this phone in the round that runs: {at, tube}, or undefined. */
export async function seenBefore(who) {
  const seen = await get("seen", await markOf(keyOf(who)));
  const { starts_at, round_h } = now.manifest.campaign;
  const round = (at) => Math.floor((at - Date.parse(starts_at)) / (round_h * HOUR_MS));
  return seen && round(seen.at) === round(await time()) ? seen : undefined;
}
/** Takes back the last person of the open tube. */
export const undo = () =>
  record(async (fact, put) => {
    const tube = await get("tubes", await get("kept", "open"));
    const last = tube?.people.at(-1);
    if (!last) return undefined;
    fact("corrections", { tube: last.scanned_into, site: site(), swab: last.swab, what: "undone" });
    put("tubes", tube.code, { ...tube, people: tube.people.slice(0, -1) });
    await unsee([last], put);
    return last;
  });
/** Moves people (by their swabs) from one tube to another, which need not be known yet. */
export const move = (from, swabs, to) =>
  record(async (fact, put) => {
    const tube = await get("tubes", from);
    const target = (await get("tubes", to)) ?? { code: to, people: [], state: "open", at: await time() };
    const moved = tube.people.filter(({ swab }) => swabs.includes(swab));
    for (const { scanned_into, swab } of moved) {
      fact("corrections", { tube: scanned_into, site: site(), swab, what: "moved", to_tube: to });
    }
    put("tubes", from, { ...tube, people: tube.people.filter(({ swab }) => !swabs.includes(swab)) });
    put("tubes", to, { ...target, people: [...target.people, ...moved] });
  });
/** Gives a tube up, with the reason; its people may be swabbed again without a warning. */
export const voidTube = (code, reason, note) =>
  record(async (fact, put) => {
    const tube = (await get("tubes", code)) ?? { code, people: [], at: await time() };
    fact("voids", { tube: code, site: site(), reason, note });
    put("tubes", code, { ...tube, state: "void" });
    if ((await get("kept", "open")) === code) put("kept", "open", undefined);
    await unsee(tube.people, put);
  });
/** Closes the open tube with the phone's own count. */
export const seal = () =>
  record(async (fact, put) => {
    const tube = await get("tubes", await get("kept", "open"));
    if (!tube?.people.length) return undefined;
    const sealed = fact("tubes", { tube: tube.code, site: site(), count: tube.people.length });
    put("tubes", tube.code, { ...tube, state: "sealed", at: Date.parse(sealed.at) });
    put("kept", "open", undefined);
    return tube;
  });
/** This phone's own sealed tubes that are in no box, oldest first. */
export const unboxed = () => [...now.tubes.values()].filter(({ state, box }) => state === "sealed" && !box).map(({ code }) => code);
/** Begins a box, or changes the one being packed: {box, tubes}. */
export const packing = (box) => keep("box", box);
/** Seals the box being packed: the packer's count and the number of the seal. */
export const sealBox = (count, seal_number) =>
  record(async (fact, put) => {
    const draft = await get("kept", "box");
    if (!draft?.tubes.length) return undefined;
    fact("boxes", { box: draft.box, site: site(), count, tubes: draft.tubes, seal: seal_number });
    for (const code of draft.tubes) {
      const tube = await get("tubes", code);
      if (tube) put("tubes", code, { ...tube, box: draft.box });
    }
    put("kept", "box", undefined);
    return draft;
  });
/** A courier takes a box: {box, vehicle, count, seal, temperature_c}. */
export const collect = (handover) => record((fact) => fact("handovers", { stage: "collected", ...handover }));
async function unsee(people, put) {
  for (const person of people) {
    const mark = await markOf(keyOf(person));
    if ((await get("seen", mark))?.swab === person.swab) put("seen", mark, undefined);
  }
}
