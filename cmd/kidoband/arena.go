package main

// #include <malloc.h>
import "C"

// oneArena has C's allocator keep its memory in one place before any thread takes another: it is for SQLite's few
// connections alone, which hardly wait for each other, while each further arena keeps whatever it once took (bar P11).
func oneArena() { C.mallopt(C.M_ARENA_MAX, 1) }
