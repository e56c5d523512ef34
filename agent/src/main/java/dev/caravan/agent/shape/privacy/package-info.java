/** What a route may know less precisely than it was measured: positions, and what tells one vehicle from all others. */
@NullMarked
package dev.caravan.agent.shape.privacy;

import org.jspecify.annotations.NullMarked;
