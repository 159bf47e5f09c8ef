export { countryCode } from './countries';
export { registrableDomain } from './domains';
export { domainOfEmail, emailKey, mailHost, normalEmail, PLAIN_EMAIL } from './emails';
export {
  companyDomainOfEmail,
  disposableDomains,
  domainFacts,
  freeMailDomains,
  type DomainFacts,
} from './mail-providers';
export { isNobody } from './nobody';
export { normalPhone } from './phones';
export { pathOf } from './urls';
