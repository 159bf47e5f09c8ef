-- Grain: one part of a score. Fragment: the columns `ranked_parts` and `whole_points`, in the same order: the points of each part by
-- largest remainder, which sum to `rounded_total`. Read are `rounded_total` and `all_parts`: tuples that begin with component, class,
-- day and micro-points. Floor division: a remainder is never negative. Equal ones go by component, class and day.
      arraySort(
        part -> (-positiveModulo(part.4, 1000000), part.1, part.2, ifNull(part.3, toDate(0))),
        all_parts
      ) as ranked_parts,
      arrayMap(part -> intDiv(part.4 - positiveModulo(part.4, 1000000), 1000000), ranked_parts) as floors,
      rounded_total - arraySum(floors) as points_to_give,
      arrayMap((floor, rank) -> toInt32(floor + (rank <= points_to_give)), floors, arrayEnumerate(floors)) as whole_points
