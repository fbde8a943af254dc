import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Names at the end of a run each test that failed and passed when it was tried again, with what it failed of first: a
 * second try hides nothing.
 *
 * @param write takes lines, each with its line end.
 */
export function createSecondTries(write: (text: string) => void): Reporter {
  return {
    onTestRunEnd(modules) {
      const tests = modules.flatMap((module) => [...module.children.allTests()].filter(neededAnother));
      if (tests.length === 0) return;
      const list = tests.map((test) => `  ${nameOf(test)}\n    ${firstFailure(test)}\n`).join('');
      write(
        `\nPassed at the second try only (${tests.length}); each is a fault, of the test or of the code:\n${list}\n`,
      );
    },
  };
}

function neededAnother(test: TestCase): boolean {
  return test.diagnostic()?.flaky === true;
}

function nameOf(test: TestCase): string {
  const { relativeModuleId }: TestModule = test.module;
  return `${relativeModuleId} > ${test.fullName}`;
}

/** The first line of it. */
function firstFailure(test: TestCase): string {
  const [error] = test.result().errors ?? [];
  return error?.message.split('\n')[0] ?? 'it did not say why';
}
