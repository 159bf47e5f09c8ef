/**
 * Names go into paths and queries, so only these are let through; what is longer or has other signs does not exist there. A custom
 * name has 40 characters, a namespace before it 15 and a suffix after it.
 */
export const OBJECT_NAME = /^(Lead|Contact|Account|[A-Za-z]\w{0,60}__c)$/;
/** `Id` and `attributes` of a record are ours to write. */
export const FIELD_NAME = /^(?!(?:id|attributes)$)[A-Za-z]\w{0,79}$/i;
/** 15 characters that tell upper from lower case, and 3 more for those who cannot. */
export const RECORD_ID = /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/;

/** Both spellings of one id are equal in this. */
export const shortId = (id: string): string => id.slice(0, 15);
