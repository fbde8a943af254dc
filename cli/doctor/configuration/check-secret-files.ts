import { statSync } from 'node:fs';
import { counted } from '../../../settings/counted.ts';
import type { Environment } from '../../../settings/overrides.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { ok, warning } from '../examination/finding.ts';
import type { ReadConfiguration } from './read-configuration.ts';

const OTHERS_WRITE = 0o002;
const OTHERS_READ = 0o004;

/**
 * Who else may read or change the secrets. In a Pod there is nobody else, and the kubelet's own default (0644) lets
 * everybody read: only on other machines that is worth a warning.
 */
export function checkSecretFiles(
  { check }: Examination,
  configuration: Examined<unknown>,
  { secretFiles, env }: Pick<ReadConfiguration, 'secretFiles'> & { readonly env: Environment },
): void {
  const inPod = env.KUBERNETES_SERVICE_HOST !== undefined;
  check({
    id: 'configuration.secrets',
    group: 'Configuration',
    title: 'secrets',
    needs: [configuration],
    run() {
      const open = secretFiles.flatMap((file) => openTo(file, inPod));
      if (open.length > 0)
        return warning(
          'others on this machine may get at them',
          ...open,
          'Allow them to their owner only: chmod 600 FILE',
        );
      return ok(secretFiles.length === 0 ? 'all from the environment' : `${countOf(secretFiles)} read`);
    },
  });
}

function openTo(file: string, inPod: boolean): string[] {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & OTHERS_WRITE) !== 0) return [`${file} can be changed by everybody (mode ${octal})`];
  if ((mode & OTHERS_READ) !== 0 && !inPod) return [`${file} can be read by everybody (mode ${octal})`];
  return [];
}

function countOf({ length }: readonly string[]): string {
  return counted(length, 'file');
}
