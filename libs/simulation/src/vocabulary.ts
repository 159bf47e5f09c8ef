/** Words the company is made of. Domains end in .example, so that nobody real is ever addressed. */
export const SITE = 'https://www.brightwater.example';
export const APP = 'https://app.brightwater.example';

export const COMPANY_FIRST = [
  'Alder', 'Bellweather', 'Cobalt', 'Dunmore', 'Eastfield', 'Fenwick', 'Granite', 'Harbor', 'Ironwood', 'Juniper',
  'Kestrel', 'Larkspur', 'Meridian', 'Northgate', 'Oakline', 'Pinecrest', 'Quarry', 'Redfern', 'Stonebridge', 'Thornbury',
  'Upland', 'Vantage', 'Westmere', 'Yarrow', 'Zephyr',
] as const; // prettier-ignore
export const COMPANY_SECOND = [
  'Analytics', 'Biotech', 'Capital', 'Dynamics', 'Energy', 'Foods', 'Freight', 'Health', 'Insurance', 'Labs',
  'Logistics', 'Media', 'Networks', 'Payments', 'Robotics', 'Software', 'Systems', 'Works',
] as const; // prettier-ignore
export const INDUSTRIES = [
  'software', 'financial services', 'healthcare', 'manufacturing', 'logistics', 'retail', 'media', 'education',
] as const; // prettier-ignore

export const FIRST_NAMES = [
  'Amara', 'Ben', 'Chiara', 'Diego', 'Elena', 'Farid', 'Grace', 'Hiro', 'Ines', 'Jonas', 'Keiko', 'Liam', 'Maya', 'Noah',
  'Olga', 'Priya', 'Quinn', 'Rosa', 'Samir', 'Tessa', 'Umar', 'Vera', 'Wes', 'Ximena', 'Yusuf', 'Zoe',
] as const; // prettier-ignore
export const LAST_NAMES = [
  'Adeyemi', 'Brandt', 'Castro', 'Doyle', 'Eriksen', 'Fontaine', 'Grewal', 'Hughes', 'Ivanova', 'Jansen', 'Kaur',
  'Lindqvist', 'Moreau', 'Nakamura', 'Okafor', 'Petrov', 'Quintero', 'Rossi', 'Schmidt', 'Tanaka', 'Weaver', 'Young',
] as const; // prettier-ignore

export interface Role {
  readonly title: string;
  readonly seniority: 'c_level' | 'vp' | 'director' | 'manager' | 'other';
  readonly department: string;
}
export const ROLES: readonly Role[] = [
  { title: 'Chief Revenue Officer', seniority: 'c_level', department: 'sales' },
  { title: 'Chief Technology Officer', seniority: 'c_level', department: 'engineering' },
  { title: 'VP Marketing', seniority: 'vp', department: 'marketing' },
  { title: 'VP Sales', seniority: 'vp', department: 'sales' },
  { title: 'Director of Revenue Operations', seniority: 'director', department: 'operations' },
  { title: 'Director of Demand Generation', seniority: 'director', department: 'marketing' },
  { title: 'Marketing Operations Manager', seniority: 'manager', department: 'marketing' },
  { title: 'Customer Success Manager', seniority: 'manager', department: 'customer success' },
  { title: 'Data Engineer', seniority: 'other', department: 'engineering' },
  { title: 'Business Analyst', seniority: 'other', department: 'operations' },
  { title: 'Account Executive', seniority: 'other', department: 'sales' },
];

export const OWNERS = ['dana.reyes', 'marco.bauer', 'susan.cho', 'theo.lang'] as const;
export const CSMS = ['ana.pratt', 'joel.kim'] as const;
export const FREE_MAIL = ['gmail.com', 'outlook.com', 'yahoo.com'] as const;

export interface Place {
  readonly country: string;
  readonly zone: string;
}
export const PLACES: readonly Place[] = [
  { country: 'US', zone: 'America/New_York' },
  { country: 'US', zone: 'America/Chicago' },
  { country: 'US', zone: 'America/Los_Angeles' },
  { country: 'GB', zone: 'Europe/London' },
  { country: 'DE', zone: 'Europe/Berlin' },
  { country: 'IN', zone: 'Asia/Kolkata' },
];

export const PAGES = [
  { path: '/', title: 'Brightwater' },
  { path: '/product', title: 'Product' },
  { path: '/customers', title: 'Customers' },
  { path: '/blog/cut-wasted-api-calls', title: 'Cut wasted API calls' },
  { path: '/blog/lead-scoring-that-sales-trusts', title: 'Lead scoring that sales trusts' },
  { path: '/docs/getting-started', title: 'Getting started' },
  { path: '/about', title: 'About' },
] as const;
export const PRICING = { path: '/pricing', title: 'Pricing' } as const;

export interface Arrival {
  readonly query: string;
  readonly referrer: string | null;
}
export const ARRIVALS: readonly Arrival[] = [
  { query: '?utm_source=google&utm_medium=cpc&utm_campaign=brand', referrer: 'https://www.google.com/' },
  { query: '', referrer: 'https://www.google.com/' },
  { query: '?utm_source=newsletter&utm_medium=email&utm_campaign=weekly', referrer: null },
  { query: '?utm_source=linkedin&utm_medium=social&utm_campaign=pipeline', referrer: 'https://www.linkedin.com/' },
  { query: '', referrer: 'https://partners.example/stack' },
  { query: '', referrer: null },
];

export const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
] as const;
export const BOTS = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
] as const;

/** The first five activate a trial. */
export const FEATURES = [
  'integration_connected', 'report_built', 'teammate_invited', 'dashboard_shared', 'export_scheduled',
  'search', 'filter_saved', 'comment_added',
] as const; // prettier-ignore
export const ACTIVATION_FEATURES = 5;
