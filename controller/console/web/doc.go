// Package web is the frame of the console's pages: who asks, in which language, what they may be shown, and how an answer is
// written. The pages themselves are groups of routes, each in a package of its own.
//
// It promises, of every route and in this order: the request is small, slow enough and from this very site (Cross-Origin
// checks, a one-time token in each form); a page that is not for everybody is for a sign-in of this browser alone, which the
// daemon still knows; an account that may do none of the route's actions is told so, and the route's code is not run. What
// an order may do is decided by the daemon, never here.
//
// It never writes a script or a style into a page, never asks another site for anything, and keeps no record: what happened
// is in the daemon's journal.
package web
