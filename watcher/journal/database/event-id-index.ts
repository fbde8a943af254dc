/**
 * What an event's id begins with after `evt_`: eight characters of base32, 40 bits. They are what is indexed, because ids
 * are random: each new one changes another page of an index, and the smaller that is, the fewer there are. Among a million
 * events one in a million shares them with another.
 */
export const ID_BEGINNING = 'substr(id, 5, 8)';

/** The condition that an event has the id that is the parameter `name`; it finds it in journals of before, too. */
export function hasId(name: string): string {
  return `${ID_BEGINNING} = substr(${name}, 5, 8) AND id = ${name}`;
}
