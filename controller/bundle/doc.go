// Package bundle is how the people of a whole site reach a door: a signed manifest and parts that only that door can read,
// and beside it the short signed list of cards reported lost.
//
// What a door promises with it:
//   - A manifest is believed only if the pinned roster key signed it, it is of this site, this controller and this journal,
//     and every octet of it is as the office wrote it. A list of lost cards may also be signed by the loss key, which can do
//     nothing else.
//   - It is taken whole or not at all: every part has its digest, opens with the controller's own identity and reads as
//     strictly as it was written, and the people in it stand together as an import's must.
//   - It is never older than the one held, and never another under the same version, unless a person of the door accepted
//     that version.
//   - It takes no stop away: a card that was blocked, lost or revoked at the door stays so, also where it left and came
//     again. The PIN stays with an unchanged card; none is ever in a bundle. Who is inside, waits for something or holds a
//     card for the day stays known.
//   - There is no row in it that could release a door, unlock it, change its mode, close a visit or delete a line.
//
// The package is pure. What makes bundles is package office, what receives them package inbox.
package bundle
