import fc from 'fast-check';

import { foldTitle } from './fold-title';
import { HELD_OUT, heldOutTitles } from './testing/held-out-titles';
import { randomTitle } from './testing/random-title';
import { createTitleReader } from './testing/read-title';
import { shippedTitleWords, titleWords } from './title-words';

const read = createTitleReader();
const MISREAD: Readonly<Record<(typeof HELD_OUT)[number], readonly string[]>> = {
  titles: ['Technical Project Manager', 'Marketing Manger', 'Prokurist, Leiter Finanzen', 'Chef de projet digital'],
  kinds: [],
  fresh: [
    'Adjointe au directeur des opérations',
    'Zastępczyni dyrektora',
    'Founder in Residence',
    'Gebietsverkaufsleiter',
    'Responsable grands comptes',
    'Directeur de la transformation digitale',
    'Director de Innovación',
    'Capo Ufficio Tecnico',
    'Regnskabschef',
  ],
};

describe.each(HELD_OUT)('held-out %s', (list) => {
  const titles = heldOutTitles(list);
  const shareOf = (isRight: (one: (typeof titles)[number]) => boolean): number =>
    titles.filter(isRight).length / titles.length;

  it('are many, of several languages', () => {
    expect(titles.length).toBeGreaterThanOrEqual(100);
    expect(new Set(titles.map(({ language }) => language)).size).toBeGreaterThanOrEqual(9);
  });

  it('have the right seniority in nine of ten', () => {
    expect(shareOf(({ title, seniority }) => read(title).seniority === seniority)).toBeGreaterThanOrEqual(0.9);
  });

  it('have the right department in nine of ten', () => {
    expect(shareOf(({ title, department }) => read(title).department === department)).toBeGreaterThanOrEqual(0.9);
  });

  it('are misread where the README says', () => {
    const misread = titles.filter(({ title, seniority, department }) => {
      const reading = read(title);
      return reading.seniority !== seniority || reading.department !== department;
    });
    expect(misread.map(({ title }) => title)).toEqual(MISREAD[list]);
  });
});

describe('a title', () => {
  it.each([
    // The most senior counts, and brings its department.
    ['CEO & Founder', 'c_level', 'general_management'],
    ['Founder & CTO', 'c_level', 'engineering'],
    ['Sales Director and CEO', 'c_level', 'general_management'],
    ['Head of Sales / Marketing', 'director', 'sales'],
    // Of longer words the shorter inside do not count.
    ['Vice President', 'vp', ''],
    ['President', 'c_level', 'general_management'],
    ['Product Marketing Manager', 'manager', 'marketing'],
    ['Product Manager', 'individual', 'product'],
    ['Director of Product Management', 'director', 'product'],
    ['Go-to-Market Manager', 'manager', 'marketing'],
    ['Lead Engineer', 'individual', 'engineering'],
    ['Head Waiter', 'individual', ''],
    ['Chief of Staff', 'director', 'general_management'],
    ['Managing Director', 'c_level', 'general_management'],
    // Somebody else's roles.
    ['Assistant to the CEO', 'individual', 'operations'],
    ['CEO Assistant', 'individual', 'operations'],
    ['Assistant Director', 'director', ''],
    ['Marketing Assistant', 'individual', 'marketing'],
    ['Assistentin des Vorstands', 'individual', 'operations'],
    ['Advisor to the CFO', 'individual', ''],
    ['Head of Product at Sales Corp', 'director', 'product'],
    ['Former CEO', '', ''],
    // Longer words of one word.
    ['Regionalvertriebsleiterin', 'director', ''],
    ['Vertriebsleiterin', 'director', 'sales'],
    ['Einkaufsteamleiter', 'manager', 'procurement'],
    // Spelling.
    ['GESCHAEFTSFUEHRERIN', 'c_level', 'general_management'],
    ['Geschäftsführer:in (m/w/d)', 'c_level', 'general_management'],
    ['C.E.O.', 'c_level', 'general_management'],
    ['R&D Manager', 'manager', 'engineering'],
    ['  ', '', ''],
    ['', '', ''],
    // Scripts without blanks.
    ['销售总监', 'director', 'sales'],
    ['总经理助理', 'individual', 'operations'],
    ['代表取締役社長', 'c_level', 'general_management'],
    ['ﾏﾈｰｼﾞｬｰ', 'manager', ''],
    ['начальник', '', ''],
  ])('%s: %s, %s', (title, seniority, department) => {
    expect(read(title)).toEqual({ seniority, department });
  });

  const titles = HELD_OUT.flatMap(heldOutTitles);
  const accents = fc.constantFrom('\u0301', '\u0308', '\u030a');

  it('says the same in another case, with accents, or with more blanks and punctuation', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...titles.map(({ title }) => title)), randomTitle),
        fc.constantFrom(' ', '  ', '\t', ' . ', ' – '),
        accents,
        (title, blank, accent) => {
          const plain = foldTitle(title).join(' ');
          const expected = read(plain);
          expect(read(plain.toUpperCase())).toEqual(expected);
          expect(read(blank + plain.replaceAll(' ', blank) + blank)).toEqual(expected);
          expect(read(plain.replace(/[a-z]/g, (letter) => letter + accent))).toEqual(expected);
        },
      ),
    );
  });

  it('of any characters is read without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (title) => {
        expect(Object.keys(read(title))).toEqual(['seniority', 'department']);
      }),
    );
  });

  it('is read by an installation’s own words before those of the list', () => {
    const own = createTitleReader([
      { words: 'Chief Happiness Officer', seniority: 'c_level', department: 'hr' },
      { words: 'Account Manager', seniority: 'manager' },
      { words: '*häuptling', seniority: 'director' },
    ]);
    expect(own('chief happiness officer')).toEqual({ seniority: 'c_level', department: 'hr' });
    expect(own('Account manager')).toEqual({ seniority: 'manager', department: '' });
    expect(own('Verkaufshaeuptling')).toEqual({ seniority: 'director', department: 'sales' });
  });
});

describe('the table', () => {
  it('has each words once', () => {
    const all = shippedTitleWords().map(({ words }) => words);
    expect(all.filter((words, index) => all.indexOf(words) !== index)).toEqual([]);
    expect(titleWords([])).toHaveLength(all.length);
  });

  it('knows several hundred words of each kind of reading', () => {
    const some = shippedTitleWords();
    expect(some.filter(({ seniority }) => seniority !== '').length).toBeGreaterThan(150);
    expect(some.filter(({ department }) => department !== '').length).toBeGreaterThan(150);
  });
});
