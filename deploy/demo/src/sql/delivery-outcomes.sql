-- Grain: one row. Final outcomes of values, both lanes.
select accepted_values as accepted, retried_values as retried, rejected from delivery_figures
