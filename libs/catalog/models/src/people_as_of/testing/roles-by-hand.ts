import type { BuyingRole } from '../buying-roles';

/** Roles in a purchase, from the written rule and not from the SQL. */
export function rolesByHand(
  { seniority, jobFunction }: { readonly seniority: string; readonly jobFunction: string },
  roles: readonly BuyingRole[],
): string[] {
  const fits = (list: readonly string[], word: string): boolean => list.length === 0 || list.includes(word);
  const found = roles.filter((one) => fits(one.departments, jobFunction) && fits(one.seniorities, seniority));
  return [...new Set(found.map(({ role }) => role))].sort();
}
