import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAddressSet } from '../../../../settings/outbound/guard/address-set.ts';
import { isPublicAddress } from '../../../../settings/outbound/guard/public-address.ts';
import { REGISTERED_IPV4, REGISTERED_IPV6 } from './special-registries.ts';

/** Of a block, worked out with whole numbers: nothing of the code under test. */
function bounds(cidr: string): { readonly first: bigint; readonly last: bigint } {
  const [address = '', length] = cidr.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const first = address.includes(':') ? number6(address) : number4(address);
  return { first, last: first + (1n << BigInt(bits - Number(length))) - 1n };
}

function number4(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function number6(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const all = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function text4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function text6(value: bigint): string {
  const shifts = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n];
  return shifts.map((shift) => ((value >> shift) & 65_535n).toString(16)).join(':');
}

const ipv4 = fc.bigInt(0n, (1n << 32n) - 1n);
const ipv6 = fc.bigInt(0n, (1n << 128n) - 1n);
const isIn = (value: bigint, cidrs: readonly (readonly [string, string])[]) =>
  cidrs.some(([cidr]) => value >= bounds(cidr).first && value <= bounds(cidr).last);

describe('of every registered block', () => {
  test.each([...REGISTERED_IPV4])('%s (%s) neither end is public, nor is its middle', (cidr) => {
    const { first, last } = bounds(cidr);
    for (const value of [first, last, (first + last) / 2n]) expect(isPublicAddress(text4(value))).toBe(false);
  });

  test.each([...REGISTERED_IPV6])('%s (%s) neither end is public, nor is its middle', (cidr) => {
    const { first, last } = bounds(cidr);
    for (const value of [first, last, (first + last) / 2n]) expect(isPublicAddress(text6(value))).toBe(false);
  });
});

test.each([
  ['8.8.8.8'],
  ['1.1.1.1'],
  ['9.255.255.255'],
  ['11.0.0.0'],
  ['100.63.255.255'],
  ['100.128.0.0'],
  ['172.15.255.255'],
  ['172.32.0.0'],
  ['223.255.255.255'],
  ['2606:4700:4700::1111'],
  ['2a00:1450:4001:82a::200e'],
  ['2001:4860:4860::8888'],
  ['2001:200::1'],
  ['64:ff9b::808:808'],
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['169.254.169.254', 'metadata of most clouds'],
  ['fd00:ec2::254', 'metadata of AWS'],
  ['fd20:ce::254', 'metadata of Google Cloud'],
  ['100.100.100.200', 'metadata of Alibaba Cloud'],
  ['192.0.0.192', 'metadata of Oracle Cloud'],
  ['168.63.129.16', 'host of Azure'],
  ['64:ff9b::a9fe:a9fe', 'metadata by NAT64'],
  ['64:ff9b::7f00:1', 'loopback by NAT64'],
  ['2002:7f00:1::', 'loopback by 6to4'],
  ['2001:0:7f00:1::', 'Teredo'],
  ['2001:470:1f0b::5efe:a00:1', 'ISATAP'],
  ['2001:470:1f0b:1:200:5efe:a00:1', 'ISATAP of a global IPv4 address'],
  ['::ffff:8.8.8.8', 'mapped, though the address is public'],
  ['2606:4700:4700::1111%eth0', 'a zone'],
  ['localhost', 'a name'],
  ['', 'nothing'],
  ['0x7f.1', 'no address as node:net writes it'],
  ['127.1', 'likewise'],
  ['2130706433', 'likewise'],
  ['010.0.0.1', 'likewise'],
  [' 8.8.8.8', 'likewise'],
])('%s is not public: %s', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test('an IPv4 address is public exactly where no registered block holds it', () => {
  const azure = number4('168.63.129.16');
  fc.assert(
    fc.property(ipv4, (value) => {
      expect(isPublicAddress(text4(value))).toBe(!isIn(value, REGISTERED_IPV4) && value !== azure);
    }),
  );
});

test('an IPv4 address is as public as its NAT64 form, and in no other form', () => {
  const forms = (value: bigint) => {
    const [high, low] = [(value >> 16n).toString(16), (value & 65_535n).toString(16)];
    return [
      `::ffff:${high}:${low}`,
      `::ffff:${text4(value)}`,
      `::${high}:${low}`,
      `::ffff:0:${high}:${low}`,
      `64:ff9b:1::${high}:${low}`,
      `2002:${high}:${low}::1`,
      `2001:0:${high}:${low}::`,
      `2a00:1450::5efe:${high}:${low}`,
      `2a00:1450:0:1:200:5efe:${high}:${low}`,
    ];
  };
  const anywhere = fc.oneof(ipv4, ipv4, inBlockOf(REGISTERED_IPV4));
  fc.assert(
    fc.property(anywhere, (value) => {
      expect(isPublicAddress(`64:ff9b::${text4(value)}`)).toBe(isPublicAddress(text4(value)));
      // The zeros at the end of an ISATAP address of 0.0.0.0 are none.
      for (const form of forms(value === 0n ? 1n : value))
        expect([form, isPublicAddress(form)]).toEqual([form, false]);
    }),
  );
});

test('an IPv6 address outside 2000::/3 is never public, within it unless a registered block holds it', () => {
  const { first, last } = bounds('2000::/3');
  const nat64 = bounds('64:ff9b::/96');
  const anywhere = fc.oneof(ipv6, fc.bigInt(first, last), inBlockOf(REGISTERED_IPV6));
  fc.assert(
    fc.property(anywhere, (value) => {
      fc.pre(value < nat64.first || value > nat64.last);
      const isInterfaceOfIsatap = [0x5efen, 0x2005efen].includes((value >> 32n) & 0xffff_ffffn);
      const isOpen =
        value >= first && value <= last && !isIn(value, [...REGISTERED_IPV6, ['3ffe::/16', '6bone']]);
      expect(isPublicAddress(text6(value))).toBe(isOpen && !isInterfaceOfIsatap);
    }),
  );
});

test('a set holds the addresses between the ends of its blocks, however they are written', () => {
  fc.assert(
    fc.property(ipv6, fc.integer({ min: 0, max: 128 }), ipv6, (address, prefix, other) => {
      const mask = ((1n << 128n) - 1n) ^ ((1n << BigInt(128 - prefix)) - 1n);
      const set = createAddressSet([`${text6(address)}/${prefix}`]);
      const near = (address & mask) | (other & ~mask & ((1n << 128n) - 1n));
      expect(set.has(text6(near).toUpperCase())).toBe(true);
      expect(set.has(text6(other))).toBe((other & mask) === (address & mask));
    }),
  );
});

test('blocks of IPv4 and of IPv6 do not take each other’s addresses', () => {
  expect(createAddressSet(['::ffff:0:0/96']).has('10.0.0.1')).toBe(false);
  expect(createAddressSet(['10.0.0.0/8']).has('::ffff:10.0.0.1')).toBe(false);
  expect(createAddressSet(['10.0.0.0/8']).has('64:ff9b::10.0.0.1')).toBe(true);
  expect(createAddressSet(['::/0']).has('10.0.0.1')).toBe(false);
});

test.each([
  '10.0.0.0/33',
  '10.0.0/8',
  'fd00::/129',
  '::ffff:10.0.0.0/104',
  '10.0.0.0/8/8',
  'fe80::1%1/64',
  '10.0.0.0/',
  'x',
  '',
])('a block %j is none', (text) => {
  expect(() => createAddressSet([text])).toThrow(RangeError);
});

function inBlockOf(blocks: readonly (readonly [string, string])[]): fc.Arbitrary<bigint> {
  return fc.constantFrom(...blocks).chain(([cidr]) => {
    const { first, last } = bounds(cidr);
    return fc.bigInt(first, last);
  });
}
