import { describeError } from '@millrace/platform-errors';

import { fine, wrong, type Finding, type Look } from './findings';

const ANSWER_TIMEOUT_MS = 5_000;

interface Readiness {
  readonly status: string;
  readonly checks: Readonly<Record<string, { readonly status?: string; readonly reason?: string }>>;
}

/** Asks a running service whether it is ready: a finding with its own reasons when it is not, and with what to do when nobody answers. */
export async function examineService(service: string, url: string): Promise<Finding> {
  const check = `${service} itself`;
  const ready = `${url}/health/ready`;
  let response: Response;
  let body: string;
  try {
    response = await fetch(ready, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS), redirect: 'manual' });
    body = await response.text();
  } catch (error) {
    return { check, ...nobody(service, url, error) };
  }
  return { check, ...judge(service, url, readinessOf(body), response.ok) };
}

function nobody(service: string, url: string, error: unknown): Look {
  const variable = `${service.toUpperCase()}_URL`;
  return wrong(
    `does not answer at ${url} (${describeError(error)})`,
    `Start it: npm start, or node apps/${service}/dist/main.js; it runs elsewhere: set ${variable}; it is not to run yet: npx millrace doctor --without-services`,
  );
}

function judge(service: string, url: string, readiness: Readiness | undefined, isOk: boolean): Look {
  if (readiness === undefined) {
    return wrong(
      `${url} answers, but not as a service of Millrace`,
      `Set ${service.toUpperCase()}_URL, or stop what listens there`,
    );
  }
  if (isOk && readiness.status === 'ok') return fine(`ready at ${url}`);
  const reasons = Object.entries(readiness.checks)
    .filter(([, { status }]) => status !== 'ok')
    .map(([name, { reason }]) => `${name}: ${reason ?? 'failed'}`);
  return wrong(
    [`${readiness.status} at ${url}`, ...reasons].join('; '),
    reasons.length > 0
      ? 'Mend what it names; docs/runbooks has a page for each'
      : 'Ask again in some seconds; else look at its log',
  );
}

function readinessOf(body: string): Readiness | undefined {
  try {
    const value = JSON.parse(body) as Partial<Readiness> | null;
    if (typeof value?.status !== 'string' || typeof value.checks !== 'object' || value.checks === null)
      return undefined;
    return { status: value.status, checks: value.checks };
  } catch {
    return undefined;
  }
}
