"""Write the labels that training needs: case -> labels -> checked -> annotated | dropped -> split.

The annotator knows the right element (Prune4Web, appendix B.2) and may therefore name it better
than the data set does; but the keywords come from the sub-task alone, because at inference the
filter reads nothing else.
"""
