package store

import (
	"context"
	"database/sql"
	"iter"
)

// querier is a pool, a connection or a transaction.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// stream makes an item of every row of a query, one at a time. The first error ends it.
func stream[T any](ctx context.Context, q querier, item func(values) (T, error), query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := walk(ctx, q, query, args, func(v values) (bool, error) {
			x, err := item(v)
			return err == nil && yield(x, nil), err
		}); err != nil {
			var none T
			yield(none, err)
		}
	}
}

// walk calls f with every row until it says no more.
func walk(ctx context.Context, q querier, query string, args []any, f func(values) (more bool, err error)) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	v, to := make(values, len(columns)), make([]any, len(columns))
	for i := range v {
		to[i] = &v[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		if more, err := f(v); !more || err != nil {
			return err
		}
	}
	return rows.Err()
}

// collect is all of a stream, nil where there is nothing.
func collect[T any](ctx context.Context, q querier, item func(values) (T, error), query string, args ...any) ([]T, error) {
	var out []T
	for x, err := range stream(ctx, q, item, query, args...) {
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}
