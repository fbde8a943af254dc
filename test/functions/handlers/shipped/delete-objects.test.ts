import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { md5 } from '../../../../functions/s3/md5.ts';
import { deleteXml, parseDeleteErrors, parseS3Page } from '../../../../functions/s3/s3-xml.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { told } from '../../support/container-events.ts';
import { S3_CREDENTIALS, S3_REGION, startS3 } from '../../support/fake-s3.ts';
import { type HandlersOptions, runShippedHandlers } from '../../support/run-handlers.ts';

const PREFIX = 'scratch/shop/uid-web-1/';
const done = { kind: 'done' };

const variables = (endpoint: string): Record<string, string> => ({
  S3_ENDPOINT: endpoint,
  S3_BUCKET: 'scratch-bucket',
  S3_REGION,
  S3_PREFIX: 'scratch/{namespace}/{podUid}/',
  S3_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
  S3_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
});

async function setUp({ pageSize = 1_000, ...options }: HandlersOptions & { pageSize?: number } = {}) {
  const s3 = await startS3('scratch-bucket', { pageSize });
  const handlers = runShippedHandlers(variables(s3.endpoint), options);
  return { s3, ...handlers, outcomes: () => handlers.outcomes('delete-objects') };
}

const stopped = () => [told.preStop({ at: 8 }), told.postStop({ at: 9 }, 0)] as const;

describe('when objects are deleted', () => {
  it.each([
    ['preStop before postStop', (events: ReturnType<typeof stopped>) => [...events]],
    ['postStop before preStop', (events: ReturnType<typeof stopped>) => events.toReversed()],
  ])('once a container has ended with its Pod: %s', async (_, order) => {
    const { s3, handle } = await setUp();
    s3.objects.add(`${PREFIX}a`).add(`${PREFIX}b/c`).add('scratch/shop/uid-web-10/a').add('other');
    const [first, second] = order(stopped());
    if (first === undefined || second === undefined) throw new Error('two events');
    expect(await handle(first)).toEqual(done);
    expect(s3.calls).toEqual([]);
    expect(await handle(second)).toEqual(done);
    expect([...s3.objects]).toEqual(['scratch/shop/uid-web-10/a', 'other']);
  });

  it.each(['podDeleted', 'evicted', 'vanished'] as const)('with a Pod whose end is %s', async (trigger) => {
    const { s3, handle } = await setUp();
    s3.objects.add(`${PREFIX}a`);
    await handle(told.preStop({}, trigger));
    await handle(told.postStop({}, trigger === 'vanished' ? null : 143));
    expect([...s3.objects]).toEqual([]);
  });

  it('not when it crashes, is killed to be restarted, or an init container is done', async () => {
    const { s3, handle } = await setUp();
    s3.objects.add(`${PREFIX}a`);
    const init = { container: 'setup', kind: 'init', owner: { kind: 'Job', name: 'j' } } as const;
    await handle(told.postStop({ run: 'crashed' }, 1));
    await handle(told.preStop({ run: 'unhealthy' }, 'killing'));
    await handle(told.postStop({ run: 'unhealthy' }, 137));
    await handle(told.postStop(init, 0));
    expect(s3.calls).toEqual([]);
  });

  it('not because of the preStop of another run', async () => {
    const { s3, handle } = await setUp();
    await handle(told.preStop({ run: 'now', startedAt: 50 }));
    await handle(told.postStop({ run: 'before', startedAt: 1 }, 1));
    expect(s3.calls).toEqual([]);
  });

  it('when the container of a Job has succeeded, not when it failed', async () => {
    const { s3, handle } = await setUp();
    const owner = { kind: 'Job', name: 'import' };
    await handle(told.postStop({ owner, run: 'first' }, 1));
    expect(s3.calls).toEqual([]);
    await handle(told.postStop({ owner, run: 'second', startedAt: 20, at: 30 }, 0));
    expect(s3.calls).toEqual(['list']);
  });
});

describe('deleting', () => {
  it('goes through all pages, a thousand at a time', async () => {
    const { s3, handle, lines } = await setUp();
    for (let index = 0; index < 2_345; index++) s3.objects.add(`${PREFIX}${index}`);
    for (const event of stopped()) expect(await handle(event)).toEqual(done);
    expect(s3.calls).toEqual(['list', 'delete 1000', 'list', 'delete 1000', 'list', 'delete 345']);
    expect(s3.objects.size).toBe(0);
    expect(lines.find((line) => line.includes('"deleted":2345'))).toContain('deleted the objects of a Pod');
  });

  it('has nothing to delete where there is nothing', async () => {
    const { s3, handle } = await setUp();
    for (const event of stopped()) expect(await handle(event)).toEqual(done);
    expect(s3.calls).toEqual(['list']);
  });

  it('takes any key there can be', async () => {
    const { s3, handle } = await setUp({ pageSize: 3 });
    const odd = [
      'a b',
      'a+b',
      '100%',
      'a&amp;b',
      '<Key>x</Key>',
      '"\'',
      'ü/日本',
      'line\nend\r',
      '\u0001',
      '%2B',
      ' ',
      '😀',
    ];
    for (const key of odd) s3.objects.add(PREFIX + key);
    for (const event of stopped()) expect(await handle(event)).toEqual(done);
    expect([...s3.objects]).toEqual([]);
  });

  it('reports what could not be deleted, and tries only that again', async () => {
    const { s3, handle, moveOn, outcomes, lines } = await setUp({ pageSize: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) s3.objects.add(PREFIX + name);
    s3.undeletable.set(`${PREFIX}a`, 'AccessDenied').set(`${PREFIX}d`, 'InternalError');
    const [before, after] = stopped();
    await handle(before);
    expect(await handle(after)).toEqual({ kind: 'retry', afterMs: 5_000 });
    expect([...s3.objects]).toEqual([`${PREFIX}a`, `${PREFIX}d`]);
    s3.undeletable.clear();
    moveOn(5_000);
    expect(await handle(after)).toEqual(done);
    expect(s3.calls.slice(-2)).toEqual(['list', 'delete 2']);
    const error = 'of 5 objects 2 were not deleted: AccessDenied, InternalError';
    expect(outcomes().slice(1)).toEqual([
      ['failed', error],
      ['completed', null],
    ]);
    expect(lines.join()).not.toContain('secret detail');
  });

  it('refuses a listing outside the prefix rather than delete it', async () => {
    const { s3, handle, outcomes } = await setUp();
    s3.objects.add('precious');
    s3.interrupt(({ method }, response) => {
      if (method !== 'GET') return false;
      const contents = '<Contents><Key>precious</Key></Contents>';
      response.end(`<ListBucketResult>${contents}<IsTruncated>false</IsTruncated></ListBucketResult>`);
      return true;
    });
    for (const event of stopped()) await handle(event);
    expect([...s3.objects]).toEqual(['precious']);
    expect(outcomes().at(-1)).toEqual(['failed', 'the store listed objects outside the prefix']);
  });

  it.each<[string, number, string, string]>([
    ['an error', 403, '<Error><Code>AccessDenied</Code></Error>', 'the store answered 403: AccessDenied'],
    [
      'an error with status 200',
      200,
      '<?xml version="1.0"?>\n<Error><Code>InternalError</Code></Error>',
      'InternalError',
    ],
    ['a redirect', 301, '<Error><Code>PermanentRedirect</Code></Error>', '301: PermanentRedirect'],
    ['a page of HTML', 200, '<html><body>login</body></html>', 'not a complete ListBucketResult'],
    ['half a listing', 200, '<ListBucketResult><Contents><Key>a</Key>', 'not a complete ListBucketResult'],
    ['an error that says too much', 500, '<Error><Code>key hunter2</Code></Error>', '500: no code'],
    [
      'an endless listing',
      200,
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken></ListBucketResult>',
      'does not get any further',
    ],
  ])('fails when the store answers with %s', async (_, status, body, error) => {
    const { s3, handle, outcomes } = await setUp();
    s3.interrupt((_request, response) => {
      response.writeHead(status).end(body);
      return true;
    });
    for (const event of stopped()) await handle(event);
    expect(outcomes().at(-1)).toEqual(['failed', expect.stringContaining(error)]);
  });

  it('leaves a store alone that asks for it', async () => {
    const { s3, handle, moveOn } = await setUp();
    const answers = [503];
    s3.interrupt((_request, response) => {
      const status = answers.shift();
      if (status !== undefined) response.writeHead(status).end('<Error><Code>SlowDown</Code></Error>');
      return status !== undefined;
    });
    const [before, after] = stopped();
    await handle(before);
    expect(await handle(after)).toEqual({ kind: 'retry', afterMs: 5_000 });
    moveOn(5_000);
    expect(await handle(after)).toEqual(done);
  });

  it('goes on where it was when its deadline cut it short', async () => {
    const clock = createFakeClock();
    const { s3, handle, moveOn, outcomes } = await setUp({ pageSize: 2, after: clock.after });
    for (const name of ['a', 'b', 'c', 'd']) s3.objects.add(PREFIX + name);
    let held = false;
    s3.interrupt(({ method }) => {
      if (method !== 'POST' || s3.objects.size > 2 || held) return false;
      held = true;
      return true;
    });
    const [before, after] = stopped();
    await handle(before);
    const cut = handle(after);
    await s3.received(4);
    await clock.advance(300_000);
    expect(await cut).toMatchObject({ kind: 'retry' });
    expect([...s3.objects]).toEqual([`${PREFIX}c`, `${PREFIX}d`]);
    moveOn(5_000);
    expect(await handle(after)).toEqual(done);
    expect([...s3.objects]).toEqual([]);
    expect(outcomes()[1]).toEqual(['failed', 'did not finish within 300000 ms']);
  });

  it('never says its keys', async () => {
    const { s3, handle, lines, runs } = await setUp();
    s3.interrupt((_request, response) => {
      response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
      return true;
    });
    for (const event of stopped()) await handle(event);
    const said = JSON.stringify([lines, runs]);
    expect(said).toContain('SignatureDoesNotMatch');
    for (const secret of Object.values(S3_CREDENTIALS)) expect(said).not.toContain(secret);
  });
});

describe('its variables', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['no prefix', { S3_PREFIX: '' }, /^S3_PREFIX must be set, because S3_BUCKET is$/],
    ['a prefix for all Pods', { S3_PREFIX: 'hunter2/{namespace}/' }, /^S3_PREFIX must contain \{podUid\}$/],
    [
      'a prefix that is the beginning of others',
      { S3_PREFIX: 'hunter2/{podUid}' },
      /^S3_PREFIX must end with "\/"$/,
    ],
    [
      'an unknown placeholder',
      { S3_PREFIX: '{podUid}/{hunter2}/' },
      /^S3_PREFIX: braces may hold only \{cluster\}/,
    ],
    ['no key', { S3_ACCESS_KEY_ID: '' }, /^S3_ACCESS_KEY_ID must be set/],
    ['no secret key', { S3_SECRET_ACCESS_KEY: '' }, /^S3_SECRET_ACCESS_KEY must be set/],
    [
      'an endpoint with a path',
      { S3_ENDPOINT: 'https://a.example/hunter2' },
      /^S3_ENDPOINT must end after the host/,
    ],
    [
      'a key with a blank',
      { S3_ACCESS_KEY_ID: 'a hunter2' },
      /^S3_ACCESS_KEY_ID must be set, and have no white/,
    ],
    ['a bucket with a path', { S3_BUCKET: 'a/hunter2' }, /^S3_BUCKET must be the name of a bucket$/],
    ['a region with a path', { S3_REGION: 'hunter2/' }, /^S3_REGION must be the name of a region/],
  ])('are refused at the start: %s', (_, faulty, message) => {
    const start = () => runShippedHandlers({ ...variables('https://s3.example'), ...faulty });
    expect(start).toThrow(message);
    expect(start).not.toThrow(/hunter2/);
  });

  it('switch it off where no bucket is named', async () => {
    const { handle, runs } = runShippedHandlers({ S3_PREFIX: 'x' });
    for (const event of stopped()) await handle(event);
    expect(runs.map(({ handler }) => handler)).not.toContain('delete-objects');
  });
});

it('computes MD5 as everyone does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(Buffer.from(md5(bytes)).toString('hex')).toBe(createHash('md5').update(bytes).digest('hex'));
    }),
  );
});

it('reads a key in a listing as nothing but a key', () => {
  const xml =
    '<ListBucketResult><Contents><Key>&lt;IsTruncated&gt;true&#x41;&#65;&bogus;</Key></Contents></ListBucketResult>';
  expect(parseS3Page(xml)).toEqual({ keys: ['<IsTruncated>trueAA&bogus;'], next: null });
  expect(deleteXml(['</Key><Key>x'])).toContain('<Key>&lt;/Key&gt;&lt;Key&gt;x</Key>');
});

describe('an answer of a hostile store', () => {
  const list = (inner: string) => `<ListBucketResult >${inner}</ListBucketResult>`;
  const deletion = (inner: string) => `<DeleteResult>${inner}</DeleteResult>`;
  /** Texts of a length whose like made a reader go back to its beginning again and again. */
  const HOSTILE: readonly (readonly [string, (length: number) => () => unknown])[] = [
    ['objects without an end', (length) => reading(parseS3Page, list(fill('<Contents>', length)))],
    [
      'objects that hold one another',
      (length) => reading(parseS3Page, list(fill('<Contents><Key>', length))),
    ],
    [
      'keys without an end',
      (length) => reading(parseS3Page, list(`<Contents>${fill('<Key>', length)}</Contents>`)),
    ],
    ['encodings without an end', (length) => reading(parseS3Page, list(fill('<EncodingType>', length)))],
    ['errors without an end', (length) => reading(parseDeleteErrors, deletion(fill('<Error>', length)))],
    ['many beginnings', (length) => reading(parseDeleteErrors, fill('<DeleteResult', length))],
    [
      'many ends',
      (length) => reading(parseS3Page, `<ListBucketResult>${fill('</ListBucketResult>', length)}x`),
    ],
    ['blanks before its end', (length) => reading(parseS3Page, `${list('')}${fill(' ', length)}x`)],
    ['entities without an end', (length) => reading(parseS3Page, list(object(fill('&a', length))))],
    ['one endless entity', (length) => reading(parseS3Page, list(object(`&${fill('a', length)}`)))],
  ];
  const fill = (part: string, length: number) => part.repeat(Math.ceil(length / part.length));
  const object = (key: string) => `<Contents><Key>${key}</Key></Contents>`;
  function reading(read: (xml: string) => unknown, xml: string) {
    return () => {
      try {
        read(xml);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    };
  }
  /** Of the processor, so that what else the machine does counts little. */
  function spentMs(work: () => unknown): number {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  }

  it.each(HOSTILE)('with %s costs work that grows as its length does', (_, of) => {
    const [short, long] = [of(65_536), of(1_048_576)];
    const least = { short: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY };
    for (let tries = 0; tries < 10; tries += 1) {
      least.short = Math.min(least.short, spentMs(short));
      least.long = Math.min(least.long, spentMs(long));
      // Sixteen times the length was 256 times the work. The constant is for what cannot be measured.
      if (least.long < 3 * 16 * least.short + 20) break;
    }
    expect(least.long).toBeLessThan(3 * 16 * least.short + 20);
    of(10_485_760)();
  });

  it('with more than was asked for is refused', () => {
    expect(() => parseS3Page(list(object('a').repeat(1_001)))).toThrow('more than 1000 elements Contents');
    expect(parseS3Page(list(object('a').repeat(1_000))).keys).toHaveLength(1_000);
    const error = '<Error><Code>AccessDenied</Code></Error>';
    expect(() => parseDeleteErrors(deletion(error.repeat(1_001)))).toThrow('more than 1000 elements Error');
  });

  it.each([
    [list('<Contents><Key>a</Key>'), /a Contents without an end/],
    [list('<Contents><Size>1</Size></Contents>'), /an object without a key/],
    [list('<Contents><Key>a<Key>b</Key></Key></Contents>').replace('</Key></Key>', '</Key>'), null],
    [list(object('&constructor;&amp;&lt;&#65;&#x42;&#9999999;')), null],
  ])('is read as it stands, or refused: %s', (xml, refusal) => {
    if (refusal !== null) expect(() => parseS3Page(xml)).toThrow(refusal);
    else expect(parseS3Page(xml).keys).toEqual([expect.stringMatching(/^(b|&constructor;&<AB&#9999999;)$/)]);
  });
});
