-- Grain: that of its select, which has `entities` and `conversions`. The interval is Wilson's, of 95%: z is 1.959963984540054.
  conversions / nullIf(entities, 0) as rate,
  greatest(0, (rate + 1.9207294103470362 / nullIf(entities, 0)
    - 1.959963984540054 * sqrt(rate * (1 - rate) / entities + 0.9603647051735181 / pow(entities, 2)))
    / (1 + 3.8414588206940724 / nullIf(entities, 0))) as rate_low,
  least(1, (rate + 1.9207294103470362 / nullIf(entities, 0)
    + 1.959963984540054 * sqrt(rate * (1 - rate) / entities + 0.9603647051735181 / pow(entities, 2)))
    / (1 + 3.8414588206940724 / nullIf(entities, 0))) as rate_high
