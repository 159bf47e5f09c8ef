import { companyDomainOfEmail, domainFacts, freeMailDomains } from './mail-providers';
import { registrableDomain } from './domains';

it.each([
  ['acme.com', 'acme.com', false, false],
  ['https://www.acme.com/about?x=1', 'acme.com', false, false],
  ['gmail.com', 'gmail.com', true, false],
  ['GoogleMail.com', 'googlemail.com', true, false],
  ['müllmail.com', 'xn--mllmail-n2a.com', false, true],
  ['fastmail.com', 'fastmail.com', true, false],
  ['mailinator.com', 'mailinator.com', false, true],
  ['eu.mailinator.com', 'mailinator.com', false, true],
  ['acme.za.com', 'acme.za.com', false, false],
  ['example.com', 'example.com', false, false],
  ['co.uk', null, false, false],
  ['not a domain', null, false, false],
  ['', null, false, false],
])('%j: registrable %j, free mail %j, disposable %j', (text, registrable, isFreeMail, isDisposable) => {
  expect(domainFacts(text)).toEqual({ registrable, isFreeMail, isDisposable });
});

it.each([
  ['ana@mail.acme.uk.com', 'acme.uk.com'],
  ['ana@gmail.com', null],
  ['ana@mailinator.com', null],
  ['ana@server.local', null],
])('%j speaks for %j', (email, company) => {
  expect(companyDomainOfEmail(email)).toBe(company);
});

it('has what every list of free mail has, in one spelling each', () => {
  const list = [...freeMailDomains()];
  const known =
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk ymail.com icloud.com me.com aol.com ' +
    'gmx.com gmx.de gmx.net web.de mail.com mail.ru yandex.com yandex.ru protonmail.com proton.me qq.com 163.com 126.com zoho.com ' +
    'fastmail.com hey.com';
  expect(known.split(' ').filter((domain) => !freeMailDomains().has(domain))).toEqual([]);
  expect(list.filter((domain) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))).toEqual([]);
  expect(list).toEqual([...list].sort());
  expect(['acme.com', 'example.com', 'example.org'].filter((domain) => freeMailDomains().has(domain))).toEqual([]);
  expect(list.filter((domain) => registrableDomain(`www.${domain}`) === null)).toEqual([
    ...['0815.ry', 'cc.liamria', 'hotmail.con', 'nonexisted.nondomain', 'snail-mail.ney'],
    ...['webmail.co.yu', 'yahoo.com.malaysia'],
  ]);
});
