import { expect, test } from 'vitest';
import { EVENT_BUS_NAME_PATTERN } from '../../../protocol/eventbridge/eventbridge-bus-name.ts';

const arn = (region: string, name = 'lifecycle') => `arn:aws:events:${region}:123456789012:event-bus/${name}`;

test.each([
  'default',
  'aws.partner/example.com/1234/x_y-z',
  'n'.repeat(256),
  arn('eu-central-1'),
  arn('us-gov-west-1', 'n'.repeat(256)),
  'arn:aws-cn:events:cn-north-1:123456789012:event-bus/lifecycle',
])('%s can be a bus', (name) => {
  expect(name).toMatch(EVENT_BUS_NAME_PATTERN);
});

test.each([
  '',
  'a b',
  'a\n',
  'n'.repeat(257),
  arn('nowhere'),
  arn('eu-central-1', ''),
  arn('eu-central-1', 'a:b'),
])('%j cannot', (name) => {
  expect(name).not.toMatch(EVENT_BUS_NAME_PATTERN);
});
