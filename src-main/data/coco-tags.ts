type Entry = Record<string, unknown>

/** Lists of COCO's kind, `{images: [{id, file_name}], annotations: [{image_id, category_id}], categories: [{id, name}]}`, as an entry per image:
 *  its path, and the names of the categories that occur in it (none: an empty list). null: it is no such list. Where things lie in a picture is
 *  left out. Format: Lin et al., ECCV 2014, as the data set's own lists are written. */
export function cocoEntries(value: Entry): Entry[] | null {
  const [images, annotations, categories] = [value['images'], value['annotations'], value['categories']].map(entriesOf)
  if (!images || !annotations || !categories) return null
  const names = new Map(categories.map((category) => [category['id'], String(category['name'])]))
  const tags = new Map(images.map((image) => [image['id'], new Set<string>()]))
  for (const annotation of annotations) {
    const name = names.get(annotation['category_id'])
    if (name !== undefined) tags.get(annotation['image_id'])?.add(name)
  }
  return images.map((image) => ({ path: image['file_name'], tags: [...(tags.get(image['id']) ?? [])] }))
}

function entriesOf(value: unknown): Entry[] | null {
  if (!Array.isArray(value)) return null
  return value.every((one): one is Entry => typeof one === 'object' && one !== null && !Array.isArray(one))
    ? value
    : null
}
