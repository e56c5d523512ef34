/** Bytes that survive a power cut: the disk queue between the pipeline and the uplink. */
@NullMarked
package dev.caravan.agent.store;

import org.jspecify.annotations.NullMarked;
