-- Grain: one text that a run reads as a job title: titles of people, and departments as systems write them. The rule is the README's;
-- `fold-title.ts` folds words in the same way.
with
  -- The table as lists: numbers (its places), words, ranks, departments, kinds.
  (
    select
      (groupArray(number), groupArray(words), groupArray(rank), groupArray(department), groupArray(kind))
    from (
      select number, words, rank, toString(department) as department, kind
      from people_as_of_title_words
      where attempt_id = {attempt_id: UUID}
      order by number
    ) as sorted
  ) as entries,

  texts as (
    select distinct arrayJoin([title, department]) as text
    from people_as_of_persons
    where attempt_id = {attempt_id: UUID}
  ),

  folded as (
    select
      text,
      -- Accents are characters of their own, and gone; then letters that have none; then ä as ae.
      replaceRegexpAll(normalizeUTF8NFKD(toValidUTF8(text)), '[\\x{0300}-\\x{036f}\\x{3099}\\x{309a}]', '') as plain,
      lower(
        replaceAll(
          replaceRegexpAll(
            replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(plain, '[ßẞ]', 'ss'), '[æÆ]', 'ae'), '[œŒ]', 'oe'), '@', ' at '
          ),
          'ı', 'i'
        )
      ) as lowered,
      arraySlice(
        extractAll(
          replaceRegexpAll(translateUTF8(lowered, 'łŁøØđĐ', 'lloodd'), '([a-z])([aou])e', '\\1\\2'),
          '[a-z0-9]+|[\\x{30a1}-\\x{30fa}\\x{30fc}]+|[\\x{3400}-\\x{9fff}]'
        ),
        1, {maximum_words: UInt8}
      ) as words
    from texts
    where text != ''
  ),

  -- (place of the first word, place after the last, number of the entry, whether it is a part of a word)
  found as (
    select
      text,
      arrayFilter(
        one -> one.3 != 0,
        arrayConcat(
          arrayMap(
            place -> (
              intDiv(place, {longest: UInt8}) + 1,
              intDiv(place, {longest: UInt8}) + place % {longest: UInt8} + 2,
              transform(
                arrayStringConcat(
                  arraySlice(words, intDiv(place, {longest: UInt8}) + 1, place % {longest: UInt8} + 1), ' '
                ),
                entries.2, entries.1, toUInt16(0)
              ),
              false
            ),
            arrayFilter(
              place -> intDiv(place, {longest: UInt8}) + place % {longest: UInt8} < length(words),
              range(length(words) * {longest: UInt8})
            )
          ),
          arrayMap(
            (word, place) -> (
              place,
              place + 1,
              transform(
                concat(extract(word, {beginnings: String}), '*'),
                entries.2, entries.1, toUInt16(0)
              ),
              true
            ),
            words, arrayEnumerate(words)
          ),
          arrayMap(
            (word, place) -> (
              place,
              place + 1,
              transform(
                concat('*', extract(word, {ends: String})),
                entries.2, entries.1, toUInt16(0)
              ),
              true
            ),
            words, arrayEnumerate(words)
          )
        )
      ) as all_found
    from folded
  ),

  -- What lies inside longer words does not count, nor a part of a word that is known: (place, rank, department, kind).
  widest as (
    select
      text,
      arrayMap(
        one -> (
          one.1,
          -- An element of a constant list would copy the list for every row.
          transform(one.3, entries.1, entries.3, toUInt8(0)),
          transform(one.3, entries.1, entries.4, ''),
          transform(one.3, entries.1, entries.5, toUInt8(0))
        ),
        arrayFilter(
          one -> not arrayExists(
            other -> other.1 <= one.1 and other.2 >= one.2
              and (other.2 - other.1 > one.2 - one.1 or (one.4 and not other.4)),
            all_found
          ),
          all_found
        )
      ) as said
    from found
    where notEmpty(all_found)
  ),

  -- What follows somebody else's mark is left out.
  cut as (
    select
      text,
      arrayMin(arrayMap(one -> if(one.4 = 4, one.1, 1000), said)) as until_place,
      arrayFilter(one -> one.1 < until_place, said) as kept
    from widest
    where not arrayExists(one -> one.4 = 5, said)
  ),

  -- Whom somebody helps is somebody else.
  own as (
    select
      text,
      arrayMax(arrayMap(one -> if(one.4 in (2, 3), one.1, 0), kept)) as last_helper,
      arrayMin(arrayMap(one -> if(one.4 = 3, one.1, 1000), kept)) as first_helper_to,
      arrayFilter(one -> one.2 <= 1 or (one.1 >= last_helper and one.1 <= first_helper_to), kept) as roles,
      arrayMax(one -> one.2, roles) as rank
    from cut
    where notEmpty(kept)
  ),

  final as (
    select
      text,
      if(rank = 0, '', {seniorities: Array(String)}[rank]) as seniority,
      -- Of the most senior role, else the first that is named, else the one that goes without saying.
      arraySort(
        arrayMap(
          one -> (multiIf(one.4 != 0, 2, one.2 = rank, 0, 1), one.1, one.3),
          arrayFilter(one -> one.3 != '' and (one.4 = 0 or one.2 = rank), roles)
        )
      )[1].3 as department
    from own
    where notEmpty(roles)
  )

select {attempt_id: UUID} as attempt_id, text, seniority, department from final
where seniority != '' or department != ''
-- Filters that go below `distinct` would read the title of every person, once a filter.
settings query_plan_filter_push_down = 0
