/* The ini file of the plugin check_rbl, for monitoring systems that used it. */
#ifndef RBL_INI_H
#define RBL_INI_H

#include "session/options.h"

/* Applies the section of the file in --extra-opts, "SECTION@FILE", to what the command line leaves open: the lists to
 * ask, the numbers of listings, the time and the resolver. Returns false with a fault and the exit status for it. */
bool rbl_ini_read(struct options *, struct fault *, int *status);

#endif
