// One file for all that looks at a template: loading the CDK takes seconds, and every test file loads it anew.
import './settings.cases.ts';
import './resources.cases.ts';
import './permissions.cases.ts';
import './alarms.cases.ts';
import './bundles.cases.ts';
import './environment.cases.ts';
