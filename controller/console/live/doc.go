// Package live keeps open pages up to date: it follows the daemon's journal, makes the parts of pages anew that an entry has
// changed, and sends them to everybody who looks (server-sent events, GET /live?parts=now,events).
//
// It promises that a part is made once for a language and a change, however many pages show it; that the daemon has one
// follower for all of them, and one more for those who may know of silent alarms; that a page is sent what is now so, never
// what was meanwhile; that who reads slowly is left behind or dropped, and nobody waits for them; and that an open page does
// not keep its sign-in alive: when that ends, or its holder may no longer look, the page is told so and closed.
//
// What is shown is asked for in the name of one of those who look, of whom each may see the same.
package live
