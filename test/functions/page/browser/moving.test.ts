import { expect, it, onTestFinished } from 'vitest';
import { describeInChromium } from '../support/chromium.ts';
import { container } from '../support/facts.ts';
import { startPageServer } from '../support/page-server.ts';
import { eventually, reading } from '../support/reading.ts';
import { tellStory } from '../support/story.ts';

describeInChromium('moving through time', (open) => {
  async function start() {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(server.url);
    const box = await page.getByRole('application').boundingBox();
    if (box === null) throw new Error('the plot must be on screen');
    return { page, box, server, ...reading(page) };
  }

  it('follows the present until it is moved, and again when asked to', async () => {
    const { page, box, follow } = await start();
    expect(await follow().getAttribute('aria-pressed')).toBe('true');
    expect(new URL(page.url()).hash).toBe('');
    await page.mouse.move(box.x + 300, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 500, box.y + 200, { steps: 4 });
    await page.mouse.up();
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('false');
    await eventually(() => new URL(page.url()).hash).toContain('from=');
    await follow().click();
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('true');
    await eventually(() => new URL(page.url()).hash).toBe('');
  });

  it('begins with as much as there is, and grows with it until the reader does something', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const tellStart = (pod: string, ageMs: number) =>
      server.tell([{ facts: container({ pod }).postStart(Date.now() - ageMs), runs: [] }]);
    await tellStart('web-1', 20_000);
    const { page } = await open(server.url);
    const pressed = () => page.locator('.moving [aria-pressed="true"]').allTextContents();
    await eventually(pressed).toEqual(['1m', 'Following']);
    await tellStart('web-2', 200_000);
    await eventually(pressed).toEqual(['5m', 'Following']);
    await page.getByRole('button', { name: 'The last minute' }).click();
    await eventually(pressed).toEqual(['1m', 'Following']);
  });

  it('moves by dragging exactly as far as the hand', async () => {
    const { page, box, follow, view } = await start();
    await follow().click();
    const before = await view();
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 200 + box.width / 2, box.y + 200, { steps: 5 });
    await page.mouse.up();
    const after = await view();
    expect(after.spanMs).toBe(before.spanMs);
    expect((before.fromMs - after.fromMs) / before.spanMs).toBeCloseTo(0.5, 1);
  });

  it('zooms with ctrl and the wheel around the pointer; the wheel alone only scrolls', async () => {
    const { page, box, follow, view } = await start();
    await follow().click();
    const before = await view();
    const x = box.width * 0.25;
    await page.mouse.move(box.x + x, box.y + 200);
    await page.mouse.wheel(0, 100);
    await eventually(() =>
      page.locator('.scroller').evaluate((scroller) => scroller.scrollTop),
    ).toBeGreaterThan(0);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -240);
    await page.mouse.wheel(0, -240);
    await page.keyboard.up('Control');
    const after = await view();
    expect(after.spanMs).toBeLessThan(before.spanMs * 0.6);
    const under = (shown: typeof before) => shown.fromMs + shown.spanMs * 0.25;
    expect(Math.abs(under(after) - under(before)) / before.spanMs).toBeLessThan(0.01);
  });

  it('zooms with the wheel alone over the axis, and moves with shift and the wheel', async () => {
    const { page, box, follow, view } = await start();
    await follow().click();
    const before = await view();
    await page.mouse.move(box.x + 300, box.y - 15);
    await page.mouse.wheel(0, 240);
    const wider = await view();
    expect(wider.spanMs).toBeGreaterThan(before.spanMs * 1.3);
    await page.mouse.move(box.x + 300, box.y + 200);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Shift');
    const moved = await view();
    expect(moved.fromMs).toBeLessThan(wider.fromMs);
    expect(moved.spanMs).toBe(wider.spanMs);
  });

  it('obeys the keys that the help lists', async () => {
    const { page, plot, follow, view } = await start();
    await plot.focus();
    await page.keyboard.press('f');
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('false');
    const first = await view();
    await page.keyboard.press('+');
    const closer = await view();
    expect(closer.spanMs / first.spanMs).toBeCloseTo(1 / 1.5, 2);
    await page.keyboard.press('-');
    await page.keyboard.press('ArrowLeft');
    const left = await view();
    expect(left.fromMs).toBeLessThan(first.fromMs);
    await page.keyboard.press('ArrowRight');
    await eventually(async () => (await view()).fromMs).toBeGreaterThan(left.fromMs);
    await page.keyboard.press('Home');
    const home = await view();
    await page.keyboard.press('0');
    const all = await view();
    expect(all.spanMs).toBeGreaterThan(48 * 3_600_000);
    expect(home.fromMs).toBeLessThan(first.fromMs - 24 * 3_600_000);
    await page.keyboard.press('End');
    await eventually(() => follow().getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#help').isVisible()).toBe(false);
  });

  it('by touch: one finger moves, two zoom', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    await server.tell(tellStory(Date.now()));
    const { page } = await open(server.url, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const { view, follow } = reading(page);
    await follow().click();
    const before = await view();
    const touch = await page.context().newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: readonly [number, number][]) =>
      touch.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: points.map(([x, y], id) => ({ x, y, id })),
      });
    await send('touchStart', [100, 400]);
    for (const x of [130, 160, 190, 220]) await send('touchMove', [x, 400]);
    await send('touchEnd');
    const moved = await view();
    expect(moved.fromMs).toBeLessThan(before.fromMs);
    expect(moved.spanMs).toBe(before.spanMs);
    await send('touchStart', [150, 400], [250, 400]);
    for (const apart of [60, 75, 90]) await send('touchMove', [200 - apart, 400], [200 + apart, 400]);
    await send('touchEnd');
    expect((await view()).spanMs).toBeLessThan(before.spanMs * 0.7);
  });

  it('opens where its address says', async () => {
    const { server } = await start();
    const [fromMs, toMs] = [Date.now() - 1_200_000, Date.now() - 600_000];
    const { page } = await open(`${server.url}/#from=${fromMs}&to=${toMs}`);
    const { follow, view } = reading(page);
    expect(await follow().getAttribute('aria-pressed')).toBe('false');
    expect(await view()).toMatchObject({ fromMs, toMs });
  });

  it('loads older events when it gets there, and says how far back it knows', async () => {
    const server = await startPageServer();
    onTestFinished(() => server.close());
    const at = Math.floor(Date.now() / 1_000) * 1_000;
    const old = container({ pod: 'long-ago', owner: 'Deployment/ancient' });
    const told = Array.from({ length: 2_000 }, (_, index) => {
      const one = container({ pod: `job-${index % 40}` });
      const startMs = at - (2_000 - index) * 3_000;
      return [
        { facts: one.postStart(startMs, index), runs: [] },
        { facts: one.postStop(startMs + 2_000, {}, index), runs: [] },
      ];
    }).flat();
    const ancient = [old.postStart(at - 7 * 3_600_000), old.postStop(at - 7 * 3_600_000 + 60_000)];
    await server.tell([...ancient.map((facts) => ({ facts, runs: [] })), ...told]);
    const { page } = await open(`${server.url}/?order=name`);
    const { strip, pods, plot } = reading(page);
    await eventually(() => strip().textContent()).toContain('loaded since');
    expect(await strip().textContent()).not.toContain('4,002');
    await page.getByRole('button', { name: 'The last 24 hours' }).click();
    await eventually(() => strip().textContent(), { timeout: 15_000 }).toContain('complete since');
    expect(await strip().textContent()).toContain('4,002 events');
    await plot.focus();
    await page.keyboard.press('Home');
    await eventually(pods).toContain('long-ago');
  });
});
