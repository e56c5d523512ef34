/** Named numbers and states that any thread may raise and the page, the status and the ledger read. */
@NullMarked
package dev.caravan.agent.health;

import org.jspecify.annotations.NullMarked;
