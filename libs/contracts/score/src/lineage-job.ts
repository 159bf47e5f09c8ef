/** The job whose runs a model's are, as OpenLineage events name it: whoever delivers names it as the parent of a plan. */
export const lineageJobOf = (model: string): string => `scoring.${model}`;
