// Uses clickhouse-go at its defaults against the server whose addresses are its arguments: native, then HTTP.
// Prints "passed", or says what was not as expected and exits with 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func main() {
	for _, address := range os.Args[1:] {
		if err := check(address); err != nil {
			fmt.Println(address, err)
			os.Exit(1)
		}
	}
	fmt.Println("passed")
}

func check(address string) error {
	options, err := clickhouse.ParseDSN(address)
	if err != nil {
		return err
	}
	connection, err := clickhouse.Open(options)
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := connection.Ping(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	const table = `create or replace table from_go
		(a UInt64, s String, d DateTime64(3, 'UTC'), n Nullable(Float64), m Map(String, String)) engine = MergeTree order by a`
	if err := connection.Exec(ctx, table); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	batch, err := connection.PrepareBatch(ctx, "insert into from_go")
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	at := time.Date(2024, 1, 1, 2, 3, 4, 5_000_000, time.UTC)
	for i := range 20_000 {
		var half *float64
		if i%2 == 0 {
			value := float64(i) / 2
			half = &value
		}
		row := fmt.Sprintf("é%d\n", i)
		if err := batch.Append(uint64(i), row, at, half, map[string]string{"k": row}); err != nil {
			return fmt.Errorf("append: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	var rows, sum, texts uint64
	if err := connection.QueryRow(ctx, "select count(), sum(a), uniqExact(s) from from_go").Scan(&rows, &sum, &texts); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if rows != 20_000 || sum != 199_990_000 || texts != 20_000 {
		return fmt.Errorf("20000 rows were inserted, %d rows with sum %d and %d texts are there", rows, sum, texts)
	}
	var text string
	var when time.Time
	var half *float64
	var pairs map[string]string
	const one = "select s, d, n, m from from_go where a = {x: UInt64}"
	named := clickhouse.Named("x", "1")
	if err := connection.QueryRow(ctx, one, named).Scan(&text, &when, &half, &pairs); err != nil {
		return fmt.Errorf("parameter: %w", err)
	}
	if text != "é1\n" || !when.Equal(at) || half != nil || pairs["k"] != text {
		return fmt.Errorf("row 1 came back as %q %v %v %v", text, when, half, pairs)
	}
	var exception *clickhouse.Exception
	err = connection.QueryRow(ctx, "select missing from from_go").Scan(&text)
	if options.Protocol == clickhouse.Native && (!errors.As(err, &exception) || exception.Code != 47) {
		return fmt.Errorf("an unknown column was answered with %v", err)
	}
	if err == nil {
		return errors.New("an unknown column was not refused")
	}
	return connection.Exec(ctx, "drop table from_go sync")
}
