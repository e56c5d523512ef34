/**
 * What every way of asking a vehicle's control units shares: the requests that may be asked, all of which only read, and
 * when each is due. A corridor of the sources: {@code source.elm327} and {@code source.isotp} carry the requests.
 */
@NullMarked
package dev.caravan.agent.source.diagnostic;

import org.jspecify.annotations.NullMarked;
