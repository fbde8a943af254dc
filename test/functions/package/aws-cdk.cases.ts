import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { synthesize } from '../../infra/aws/synthesize.ts';
import { program, runIn } from './support/packed-package.ts';

const HOOKS = `
import type { RegisterHandlers } from 'offhook/hooks';
export const registerHandlers: RegisterHandlers = (hooks) => {
  hooks.on('postStop', {}, async function pageSomebody() {});
};
`;

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { OffhookReceiver, type OffhookReceiverProps } from 'offhook/aws-cdk';

const app = new App({ outdir: 'cdk.out' });
new OffhookReceiver(new Stack(app, 'offhook'), 'Default');

const own = new Stack(app, 'own');
const props: OffhookReceiverProps = {
  handlers: { module: new URL('./hooks.ts', import.meta.url), variables: { BUCKET: new Bucket(own, 'Images').bucketName } },
  alarms: { topicArn: new Topic(own, 'Pager').topicArn },
  retention: { auditDays: 400 },
};
const offhook = new OffhookReceiver(own, 'Offhook', props);
offhook.receiver.addEnvironment('PAGE_ACCESS_TEAM', 'shop');
offhook.deadLetters.grantConsumeMessages(offhook.handlers);
// @ts-expect-error there is no such setting
new OffhookReceiver(new Stack(app, 'typo'), 'Offhook', { handlers: { timeoutSecond: 5 }, outputs: false, code: {} });
app.synth();
`;

/** As above, but with what is no stack: one line that fails. */
const failing = (props: string) => `
import { App, Stack } from 'aws-cdk-lib';
import { OffhookReceiver } from 'offhook/aws-cdk';
new OffhookReceiver(new Stack(new App(), 'stack'), 'Offhook', ${props});
`;

type Files = Readonly<Record<string, string>>;
type Template = {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
  readonly Outputs: object;
};
// The template is somebody else's format; tests look into it freely.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Properties = Record<string, any>;

/** @param project makes a project with these files and the packed package. */
export function awsCdkCases(project: (files: Files) => Promise<string>): void {
  const cdkProject = async (files: Files, packages = ['aws-cdk-lib', 'constructs', 'esbuild']) => {
    const path = await project({ 'hooks.ts': HOOKS, ...files });
    for (const name of packages)
      await symlink(join(process.cwd(), 'node_modules', name), join(path, 'node_modules', name));
    return path;
  };

  describe('offhook/aws-cdk', () => {
    it.each([
      ['nodenext', 'nodenext'],
      ['bundler', 'esnext'],
    ])('compiles in a CDK app that resolves as %s', async (moduleResolution, module) => {
      const path = await cdkProject({ 'app.ts': APP });
      const types = join(path, 'node_modules/@types');
      await mkdir(types);
      await symlink(join(process.cwd(), 'node_modules/@types/node'), join(types, 'node'));
      await symlink(
        join(process.cwd(), 'node_modules/undici-types'),
        join(path, 'node_modules/undici-types'),
      );
      const options = ['--strict', '--noEmit', '--target', 'es2024', '--types', 'node', '--skipLibCheck'];
      const resolution = ['--module', module, '--moduleResolution', moduleResolution];
      await runIn(path, program('tsc'), [...options, ...resolution, 'app.ts']);
    });

    it('makes the stack that the checkout makes, and one with handlers of a project', async () => {
      const path = await cdkProject({ 'app.ts': APP.replace(/\/\/ @ts-expect.*\n.*\n/, '') });
      await runIn(path, process.execPath, ['app.ts']);
      const read = async (stack: string): Promise<Template> =>
        JSON.parse(await readFile(join(path, `cdk.out/${stack}.template.json`), 'utf8'));
      const shipped = await read('offhook');
      const ofCheckout = synthesize();
      expect(Object.keys(shipped.Outputs).toSorted()).toEqual(ofCheckout.outputs.toSorted());
      expect(idsOf(shipped)).toEqual(idsOf(ofCheckout.template.toJSON() as Template));

      const own = await read('own');
      const handlers = lambdaOf(own, 'Handlers');
      expect(handlers.Environment.Variables.BUCKET).toEqual({ Ref: expect.stringMatching(/^Images/) });
      expect(lambdaOf(own, 'Receiver').Environment.Variables.PAGE_ACCESS_TEAM).toBe('shop');
      const code = (lambda: Properties) =>
        join(path, 'cdk.out', `asset.${lambda.Code.S3Key.replace('.zip', '')}`, 'index.mjs');
      expect(await readFile(code(handlers), 'utf8')).toContain('"pageSomebody"');
      expect(await readFile(code(lambdaOf(shipped, 'Handlers')), 'utf8')).toContain('ANNOUNCE_URL');
      const files = [own, shipped].flatMap((each) =>
        ['Receiver', 'Handlers', 'Maintenance'].map((name) => code(lambdaOf(each, name))),
      );
      // Without the packages that they were bundled of.
      await rm(join(path, 'node_modules'), { recursive: true });
      const load = `for (const file of ${JSON.stringify(files.map((file) => pathToFileURL(file).href))})
        console.log(typeof (await import(file)).handler);`;
      expect(await runIn(path, process.execPath, ['--input-type=module', '-e', load])).toBe(
        'function\n'.repeat(6),
      );
    });

    it.each([
      [
        'the CDK',
        [],
        '{}',
        /offhook\/aws-cdk needs the packages aws-cdk-lib and constructs: npm install aws-cdk-lib constructs/,
      ],
      [
        'esbuild',
        ['aws-cdk-lib', 'constructs'],
        "{ handlers: { module: 'hooks.ts' } }",
        /bundled by the package esbuild, which is not installed: npm install --save-dev esbuild/,
      ],
    ])('says what to install where %s is missing', async (_, packages, props, message) => {
      const path = await cdkProject(
        { 'app.ts': packages.length > 0 ? failing(props) : "import 'offhook/aws-cdk';\n" },
        packages,
      );
      await expect(runIn(path, process.execPath, ['app.ts'])).rejects.toThrow(message);
    });

    it('says what is wrong with its props, all at once, and shows no secret', async () => {
      const unresolved = "import pad from 'left-pad';\nexport const registerHandlers = pad;\n";
      const path = await cdkProject({
        'app.ts': faulty(FAULTS.map(([props]) => props)),
        'unresolved.ts': unresolved,
      });
      const said: readonly string[] = JSON.parse(await runIn(path, process.execPath, ['app.ts']));
      for (const [index, [props, ...messages]] of FAULTS.entries())
        for (const message of messages) expect(said[index], props).toContain(message);
      expect(said.join()).not.toContain('whsec_MfKQ');
    });
  });
}

/** Props that cannot be used, and what is said of them. */
const FAULTS: readonly (readonly [props: string, ...messages: string[]])[] = [
  [
    '{ handlers: { timeoutSeconds: 901, module: 5 }, pages: true }',
    'OffhookReceiver stack0/Offhook handlers.timeoutSeconds: expected a whole number of seconds from 30 to 900, got 901',
    'OffhookReceiver stack0/Offhook handlers.module: expected the path of a module',
    'OffhookReceiver stack0/Offhook pages: unknown key; did you mean "page"?',
  ],
  ["{ handlers: { module: 'away.ts' } }", 'away.ts does not exist'],
  [
    "{ handlers: { module: 'app.ts' } }",
    'app.ts must export a function registerHandlers(hooks, env); it exports nothing',
  ],
  [
    "{ handlers: { module: 'unresolved.ts' } }",
    'unresolved.ts cannot be bundled',
    'Could not resolve "left-pad"',
  ],
  ["{ code: { receiver: 'dist' } }", 'code.receiver: ', 'dist has no index.mjs'],
  [
    "{ code: { handlers: 'dist' }, handlers: { module: 'hooks.ts' } }",
    'handlers.module and code.handlers both say',
  ],
  [
    "{ handlers: { variables: { KEY: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } } }",
    'handlers.variables.KEY: expected',
  ],
  ["{ alarms: { topicArn: 'pager' } }", 'alarms.topicArn: expected the ARN of an SNS topic, got "pager"'],
];

const faulty = (props: readonly string[]) => `
import { App, Stack } from 'aws-cdk-lib';
import { OffhookReceiver } from 'offhook/aws-cdk';
const app = new App();
const messages = [${props.join()}].map((each: any, index) => {
  try {
    new OffhookReceiver(new Stack(app, 'stack' + index), 'Offhook', each);
    return 'nothing';
  } catch (error) {
    return String(error);
  }
});
console.log(JSON.stringify(messages));
`;

function idsOf({ Resources }: Template): readonly string[] {
  return Object.keys(Resources).toSorted();
}

function lambdaOf({ Resources }: Template, name: string): Properties {
  const found = Object.entries(Resources).find(
    ([id, { Type }]) =>
      Type === 'AWS::Lambda::Function' && new RegExp(`^(?:Offhook)?${name}[0-9A-F]{8}$`).test(id),
  );
  return found?.[1].Properties ?? {};
}
