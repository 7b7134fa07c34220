#include "lists/catalogue.h"

#include <string.h>
#include <strings.h>

/* Returns whether the name is a zone, or one in it. */
static bool
is_inside(const char *name, size_t count, const char *zone)
{
    size_t least = strlen(zone);
    return count >= least && strncasecmp(name + count - least, zone, least) == 0 &&
           (count == least || name[count - least - 1] == '.');
}

const struct list *
catalogue_find(const struct catalogue *catalogue, const char *zone)
{
    const struct list *around = NULL;
    size_t count = strlen(zone);
    count -= count > 0 && zone[count - 1] == '.';
    for (size_t i = 0; i < catalogue->lists.count; i++) {
        const struct list *list = catalogue->lists.at[i];
        bool wild = *list->zone == '*';
        if (strncasecmp(list->zone, zone, count) == 0 && list->zone[count] == '\0')
            return list;
        if ((wild || list->access == ACCESS_KEY) && is_inside(zone, count, list->zone + (wild ? 2 : 0)))
            around = list;
    }
    return around;
}

void
catalogue_set_resolver(struct catalogue *catalogue, size_t index, struct resolver *resolver)
{
    catalogue->lists.at[index]->asker = resolver;
}
